import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drawnPictures } from './drawn-pictures.ts';

/** Writes the pictures of docs/explanation.md from runs of the domain code. */
const ROOT = new URL('../../', import.meta.url);

mkdirSync(new URL('docs/pictures/', ROOT), { recursive: true });
for (const { path, text } of drawnPictures((path) => readFileSync(new URL(path, ROOT), 'utf8'))) {
  writeFileSync(new URL(path, ROOT), text);
  process.stdout.write(`${path}\n`);
}
