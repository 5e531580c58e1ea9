import { formatColumns } from './table.js';

export interface ScreenSize {
  columns: number;
  rows: number;
}

const LEAST_LABEL = 8;
const ELLIPSIS = '…';

/**
 * Fits a table to the screen: labels are shortened so that the figures are visible, and if there are too many rows,
 * only those around the present one are shown.
 *
 * @param rows the first one contains the headings.
 * @param present index of the present row.
 * @param above number of lines that the screen shows in addition to the table.
 */
export function fitTable(
  rows: readonly (readonly string[])[],
  present: number,
  { columns, rows: lines }: ScreenSize,
  above: number,
): string {
  const [heads = [], ...others] = rows;
  const room = Math.max(1, lines - above - 1);
  const first = Math.max(0, Math.min(present - 1 - Math.floor(room / 2), others.length - room));
  const shown = [heads, ...others.slice(first, first + room)];
  const tooWide = Math.max(
    0,
    ...formatColumns(shown)
      .split('\n')
      .map((line) => line.length + 1 - columns),
  );
  const widest = Math.max(...shown.map(([label = '']) => label.length));
  const most = Math.max(LEAST_LABEL, widest - tooWide);
  const fitted = shown.map(([label = '', ...cells]) => [shorten(label, most), ...cells]);
  return cutLines(formatColumns(fitted), columns);
}

/** A line that the terminal wraps cannot be redrawn in place. */
export function cutLines(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => shorten(line, columns - 1))
    .join('\n');
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}${ELLIPSIS}`;
}
