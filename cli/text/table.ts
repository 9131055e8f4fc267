/** One column: its title and which way its cells lean. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Between two columns. */
const GAP = '  ';

/**
 * Sets rows as a table: a line of titles, then one line per row, without trailing spaces.
 *
 * @param paint - colours a cell after it was padded; must add no visible character
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: (text: string, cell: { readonly row: number; readonly column: number }) => string = (
    text,
  ) => text,
): readonly string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(width(title), ...rows.map((row) => width(row[index] ?? ''))),
  );
  const line = (cells: readonly string[], row: number) =>
    columns
      .map(({ align }, column) => {
        const isLast = column === columns.length - 1;
        const text = cells[column] ?? '';
        const space = ' '.repeat((widths[column] ?? 0) - width(text));
        const shown = row < 0 ? text : paint(text, { row, column });
        if (align === 'right') return `${space}${shown}`;
        return isLast ? shown : `${shown}${space}`;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      -1,
    ),
    ...rows.map((cells, row) => line(cells, row)),
  ];
}

function width(text: string): number {
  return [...text].length;
}
