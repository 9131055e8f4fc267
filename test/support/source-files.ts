import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One file of the project as the tidy rules see it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Reads every file of the project that git knows or would add, by the end of its name. */
export function sourceFiles(...endings: readonly string[]): readonly SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .filter((path) => existsAsFile(path))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path, text, lines: text.split('\n') };
    });
}

/** Gives the paths that a TypeScript file imports from this project, relative to its root. */
export function importsOf(file: SourceFile): readonly string[] {
  const found = [...file.text.matchAll(/(?:from|import)\s*\(?'(\.{1,2}\/[^']+)'/g)];
  const folder = file.path.split('/').slice(0, -1);
  return found.map(([, target = '']) => resolve(folder, target));
}

function resolve(folder: readonly string[], target: string): string {
  const parts = [...folder];
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function existsAsFile(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    // Deleted in the working tree, not yet in git.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
