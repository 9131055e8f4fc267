// Stops with one clear line when Node is too old to run the TypeScript sources directly.
// Plain CommonJS in old syntax, so that an old Node can read it.
var major = Number(process.versions.node.split('.')[0]);
var minor = Number(process.versions.node.split('.')[1]);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    'This project needs Node 22.18 or newer to run; this is ' +
      process.version +
      '. Install a newer Node, or run "npm ci" without --omit=optional on Linux: it brings its own.\n',
  );
  process.exit(1);
}
