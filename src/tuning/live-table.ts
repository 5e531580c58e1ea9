import { formatColumns } from './table.js';

export interface ScreenSize {
  columns: number;
  rows: number;
}

const LEAST_LABEL = 8;
const ELLIPSIS = '…';

/**
 * A table that fits the screen: labels are shortened so that figures are seen, and of more rows than there is room for
 * those are shown that stand about the present one.
 *
 * @param rows the first is the heads.
 * @param present place of a row.
 * @param above lines that the screen has to show beside the table.
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

/** Lines that the terminal would wrap cannot be drawn over. */
export function cutLines(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => shorten(line, columns - 1))
    .join('\n');
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}${ELLIPSIS}`;
}
