import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationText } from '../../cli/command-line/arguments.ts';
import { createOutput, type Sink, wantsColour } from '../../cli/command-line/output.ts';
import { progressBar, progressWords } from '../../cli/text/progress-text.ts';
import { table } from '../../cli/text/table.ts';
import { awayText, momentText, spanText } from '../../lib/application/explain/time-text.ts';

describe('a moment', () => {
  it.each([
    ['UTC', '2026-11-22 14:13:46.123 +00:00'],
    ['Asia/Hong_Kong', '2026-11-22 22:13:46.123 +08:00'],
    ['America/St_Johns', '2026-11-22 10:43:46.123 -03:30'],
  ])('is local in %s, with its offset', (zone, text) => {
    expect(momentText(Date.UTC(2026, 10, 22, 14, 13, 46, 123), zone)).toBe(text);
  });

  it('can be read back', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Kathmandu', 'Pacific/Chatham', 'Europe/London');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), zones, (at, zone) => {
        const [day, time, offset] = momentText(at, zone).split(' ');
        expect(Date.parse(`${day}T${time}${offset}`)).toBe(at);
      }),
    );
  });

  it.each([
    [0, 'now'],
    [-12_000, '12 s ago'],
    [12_000, 'in 12 s'],
    [90_000, 'in 1 min 30 s'],
    [-7_200_000, '2 h ago'],
    [90_000_000, 'in 1 d 1 h'],
  ])('%d ms away is "%s"', (ms, text) => {
    expect(awayText(1_000_000_000 + ms, 1_000_000_000)).toBe(text);
  });

  it('spans use at most two units', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000), (ms) => {
        expect(spanText(ms)).toMatch(/^\d+ (?:ms|s|min|h|d)(?: \d+ (?:s|min|h))?$/);
      }),
    );
    expect(durationText(90_000)).toBe('90s');
  });
});

describe('a table', () => {
  it('pads every column to its widest cell and leaves no trailing space', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '9', '漢'), maxLength: 8 });
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 });
    fc.assert(
      fc.property(rows, (cells) => {
        const columns = [{ title: 'A' }, { title: 'B', align: 'right' as const }, { title: 'C' }];
        const lines = table(columns, cells);
        expect(lines).toHaveLength(cells.length + 1);
        const width = Math.max(1, ...cells.map(([first]) => [...first].length));
        for (const [index, line] of lines.slice(1).entries()) {
          expect(line).toBe(line.trimEnd());
          const first = cells[index]?.[0] ?? '';
          expect([...line].slice(0, width).join('').trimEnd()).toBe(first);
        }
      }),
    );
  });
});

describe('progress', () => {
  it('fits the terminal and never passes the whole', () => {
    const progress = fc.record({
      done: fc.nat(1_000),
      total: fc.nat(1_000),
      before: fc.constant(0),
      wrong: fc.nat(3),
      elapsedMs: fc.nat(100_000),
    });
    fc.assert(
      fc.property(progress, fc.integer({ min: 1, max: 200 }), (one, columns) => {
        expect(progressBar(one, columns).length).toBeLessThan(Math.max(columns, 1));
        expect(Number(/(\d+) %/.exec(progressWords(one))?.[1])).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('says how many, how fast and how long still', () => {
    const progress = { done: 3_000, total: 10_000, before: 1_000, elapsedMs: 10_000, wrong: 2 };
    expect(progressWords(progress)).toBe('3000 of 10000, 30 %, 200/s, 35 s left, 2 refused');
  });
});

describe('the output', () => {
  const sink = (isTTY: boolean): Sink & { readonly text: string[] } => {
    const text: string[] = [];
    return { isTTY, text, write: (piece: string) => text.push(piece) };
  };

  it.each([
    ['a terminal', true, {}, true],
    ['a file', false, {}, false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('on %s has colours or none', (_what, isTTY, environment, expected) => {
    expect(wantsColour(sink(isTTY), environment)).toBe(expected);
  });

  it('lets no text of others command the terminal', () => {
    const stdout = sink(false);
    const out = createOutput({ stdout, stderr: sink(false), environment: {} }, false);
    out.line('\u001b[2Jgone\u0007\u009b31m\rover\nnext');
    expect(stdout.text.join('')).toMatch(/^[ -~]*\n$/);
  });

  it('with --json has JSON alone on stdout', () => {
    const stdout = sink(true);
    const stderr = sink(true);
    const out = createOutput({ stdout, stderr, environment: {} }, true);
    out.line('for people');
    out.note('beside it');
    out.result({ a: 1 }, () => ['never']);
    expect(JSON.parse(stdout.text.join(''))).toEqual({ a: 1 });
    expect(stderr.text.join('')).toBe('beside it\n');
  });
});
