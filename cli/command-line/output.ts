import { stripVTControlCharacters, styleText } from 'node:util';

/** Where a command writes: a stream of the process, or a list in a test. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/** How a piece of text is set off on a terminal. */
export type Paint = 'good' | 'bad' | 'doubt' | 'dim' | 'strong';

const STYLES = {
  good: 'green',
  bad: 'red',
  doubt: 'yellow',
  dim: 'dim',
  strong: 'bold',
} as const satisfies Record<Paint, Parameters<typeof styleText>[0]>;

/** What a command says. With `--json` only JSON reaches stdout, without it only text. */
export interface Output {
  readonly isJson: boolean;
  /** Whether stdout is a terminal that shows text. */
  readonly isTerminal: boolean;
  readonly columns: number;
  /** One line for a person. */
  line(text: string): void;
  /** The result: as lines for a person, or as one JSON document. */
  result(value: unknown, lines: () => readonly string[]): void;
  /** One of many results: as lines, or as one line of JSON. */
  item(value: unknown, lines: () => readonly string[]): void;
  /** Text of a file that goes to stdout as it is. */
  raw(text: string): void;
  /** For a person, beside the result: goes to stderr. */
  note(text: string): void;
  /** Whether stderr is a terminal, for what is drawn over and over. */
  readonly notesAreSeen: boolean;
  /** Draws over the line before, on a terminal. */
  redraw(text: string): void;
  /**
   * Draws lines over those drawn before, on a terminal, each cut to its width.
   *
   * @returns how many were drawn
   */
  drawOver(lines: readonly string[], before: number): number;
  paint(style: Paint, text: string): string;
}

/** Colours belong on a terminal, and not where `NO_COLOR` says so (https://no-color.org). */
export function wantsColour(sink: Sink, environment: Readonly<Record<string, string | undefined>>) {
  if ((environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb') return false;
  return sink.isTTY === true;
}

/** Makes the output of one command. */
export function createOutput(
  { stdout, stderr, environment }: OutputTargets,
  isJson: boolean,
): Output {
  const isColoured = wantsColour(stdout, environment) && !isJson;
  const say = (lines: readonly string[]) => {
    for (const line of lines) stdout.write(`${printed(line, isColoured)}\n`);
  };
  return {
    isJson,
    isTerminal: stdout.isTTY === true && !isJson,
    columns: stdout.columns ?? 100,
    line: (text) => (isJson ? undefined : say([text])),
    result(value, lines) {
      if (isJson) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      else say(lines());
    },
    item(value, lines) {
      if (isJson) stdout.write(`${JSON.stringify(value)}\n`);
      else say(lines());
    },
    raw: (text) => void stdout.write(text),
    note: (text) => void stderr.write(`${printed(text, false)}\n`),
    notesAreSeen: stderr.isTTY === true,
    redraw: (text) => void stderr.write(`\r\u001b[2K${printed(text, false)}`),
    drawOver(lines, before) {
      const shown = lines.slice(0, Math.max(1, (stdout.rows ?? 25) - 1));
      if (before > 0) stdout.write(`\u001b[${before}A\u001b[J`);
      say(shown.map((line) => cut(line, stdout.columns ?? 100)));
      return shown.length;
    },
    paint: (style, text) =>
      isColoured ? styleText(STYLES[style], text, { validateStream: false }) : text,
  };
}

/** A line that wraps would be drawn over in part; one that is cut loses its colours. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, Math.max(0, columns - 1));
}

/** The streams and the environment of the process, or of a test. */
export interface OutputTargets {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Texts of an exchange or of a file must not command a terminal. */
function printed(text: string, keepsColours: boolean): string {
  const plain = keepsColours ? text : stripVTControlCharacters(text);
  return [...plain].filter((one) => isPrintable(one, keepsColours)).join('');
}

function isPrintable(character: string, keepsColours: boolean): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x1b) return keepsColours;
  return code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code < 0xa0);
}
