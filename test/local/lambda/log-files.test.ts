import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createLogFiles } from '../../../local/lambda/log-files.ts';
import { splitLines } from '../../../local/lambda/split-lines.ts';

function open(fileBytesMax?: number) {
  const directory = mkdtempSync(join(tmpdir(), 'logs-'));
  const files = createLogFiles(join(directory, 'new'), fileBytesMax);
  const write = (functionName: string, line: string) =>
    files.write({ functionName, stream: 'stdout', line });
  const read = (name: string) => readFileSync(join(directory, 'new', name), 'utf8');
  const names = () => readdirSync(join(directory, 'new')).toSorted();
  return { directory, write, read, names, close: () => files.close() };
}

describe('log files', () => {
  it('keep the lines of each function apart', () => {
    const { write, read, close } = open();
    write('submit-order', 'sent');
    write('publish-events', 'published');
    write('submit-order', 'stored');
    close();
    expect(read('submit-order.log')).toBe('sent\nstored\n');
    expect(read('publish-events.log')).toBe('published\n');
  });

  it('go on where the run before ended', () => {
    const first = open();
    first.write('f', 'one');
    first.close();
    const second = createLogFiles(join(first.directory, 'new'));
    second.write({ functionName: 'f', stream: 'stdout', line: 'two' });
    second.close();
    expect(first.read('f.log')).toBe('one\ntwo\n');
  });

  it('never grow above their bound, with one older file kept', () => {
    const { write, read, names, close } = open(10);
    for (const line of ['11111', '22222', '33333', '44444']) write('f', line);
    close();
    expect(names()).toEqual(['f.log', 'f.log.1']);
    expect([read('f.log.1'), read('f.log')]).toEqual(['33333\n', '44444\n']);
  });
});

describe('text that arrives in pieces', () => {
  it('becomes whole lines, the last one when the text ends', () => {
    const lines: string[] = [];
    const splitter = splitLines((line) => lines.push(line));
    for (const piece of ['a', 'b\nc', '\r\n', '\nd']) splitter.push(piece);
    expect(lines).toEqual(['ab', 'c', '']);
    splitter.flush();
    expect(lines).toEqual(['ab', 'c', '', 'd']);
  });

  it('is cut where a line never ends', () => {
    const lines: string[] = [];
    const splitter = splitLines((line) => lines.push(line));
    splitter.push('x'.repeat(200_000));
    expect(lines.map((line) => line.length)).toEqual([65_536, 65_536, 65_536]);
  });
});
