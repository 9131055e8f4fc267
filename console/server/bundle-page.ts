import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The page's script and style, ready to be served. */
export interface PageFiles {
  readonly script: Uint8Array;
  readonly style: Uint8Array;
}

const ENTRY = fileURLToPath(new URL('../page/main.tsx', import.meta.url));

/** Bundles the page in memory: nothing is written, and nothing can be out of date. */
export async function bundlePage(): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    outdir: 'console',
    format: 'esm',
    target: 'es2024',
    minify: true,
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const fileOf = (ending: string) => {
    const file = outputFiles.find(({ path }) => path.endsWith(ending));
    if (file === undefined) throw new Error(`The page has no ${ending} file.`);
    return file.contents;
  };
  return { script: fileOf('.js'), style: fileOf('.css') };
}
