#!/usr/bin/env node
// Starts cli/main.ts with a Node that runs TypeScript: the one that started this, or the one that
// the dependencies bring. Plain CommonJS in old syntax, so that an old Node can read it.
var childProcess = require('node:child_process');
var fs = require('node:fs');
var path = require('node:path');

var main = path.join(__dirname, 'main.ts');
var quiet = '--disable-warning=ExperimentalWarning';
var own = path.join(__dirname, '..', 'node_modules', '.bin', 'node');

function runsTypeScript(version) {
  var parts = version.split('.').map(Number);
  return parts[0] > 22 || (parts[0] === 22 && parts[1] >= 18);
}

var node = runsTypeScript(process.versions.node) || !fs.existsSync(own) ? process.execPath : own;
if (node === process.execPath) require('../tools/require-node.cjs');

var words = process.argv.slice(2);
// An import keeps little and makes much waste; without a bound Node lets it lie.
var memory = words.indexOf('import') === -1 ? [] : require('./import-memory.json');

// Over the channel the command hears of it when this process is killed.
var child = childProcess.spawn(node, memory.concat([quiet, main], words), {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// A terminal sends its signals to both; those of a program come here alone.
['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
});
child.on('error', (error) => {
  process.stderr.write(`hashkey-orders cannot start ${node}: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code;
});
