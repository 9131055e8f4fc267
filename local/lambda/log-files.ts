import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type FunctionLine = {
  readonly functionName: string;
  /** `host` marks what the host itself has to say about an instance: its end, its time-out. */
  readonly stream: 'stdout' | 'stderr' | 'host';
  readonly line: string;
};

export type LineSink = (line: FunctionLine) => void;

export type LogFiles = { readonly write: LineSink; close(): void };

/** With the one older file kept, a function's log never takes more than twice this. */
const FILE_BYTES_MAX = 10 * 1024 * 1024;

/**
 * Keeps the lines of each function in `<directory>/<function name>.log`.
 *
 * A full file is renamed to `.log.1`, which replaces the one before. Lines are written at once, so
 * that they are on disk when the stack is killed.
 */
export function createLogFiles(directory: string, fileBytesMax = FILE_BYTES_MAX): LogFiles {
  mkdirSync(directory, { recursive: true });
  const files = new Map<string, { descriptor: number; bytes: number }>();

  const open = (path: string) => {
    const descriptor = openSync(path, 'a');
    const file = { descriptor, bytes: fstatSync(descriptor).size };
    files.set(path, file);
    return file;
  };

  return {
    write({ functionName, line }) {
      const path = join(directory, `${functionName.replace(/[^\w.-]/g, '_')}.log`);
      const text = Buffer.from(`${line}\n`);
      let file = files.get(path) ?? open(path);
      if (file.bytes > 0 && file.bytes + text.length > fileBytesMax) {
        closeSync(file.descriptor);
        renameSync(path, `${path}.1`);
        file = open(path);
      }
      writeSync(file.descriptor, text);
      file.bytes += text.length;
    },
    close() {
      for (const { descriptor } of files.values()) closeSync(descriptor);
      files.clear();
    },
  };
}
