/** A line longer than this is cut: one wild print must not hold the memory of the stack. */
const LINE_LENGTH_MAX = 64 * 1024;

export type LineSplitter = {
  readonly push: (chunk: string) => void;
  /** Hands out what stands after the last line end. */
  readonly flush: () => void;
};

/** Cuts streamed text into lines. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  const emit = (line: string) => onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  return {
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) emit(line.slice(0, LINE_LENGTH_MAX));
      while (rest.length > LINE_LENGTH_MAX) {
        emit(rest.slice(0, LINE_LENGTH_MAX));
        rest = rest.slice(LINE_LENGTH_MAX);
      }
    },
    flush() {
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}
