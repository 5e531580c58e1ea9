export interface TableOptions {
  /** Alignment of all columns but the first, which is aligned to the left. */
  align: 'left' | 'right';
  /** Spaces between columns. */
  gap: number;
}

/** The rows as lines with aligned columns; rows may have different numbers of cells. */
export function alignColumns(rows: readonly (readonly string[])[], { align, gap }: TableOptions): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const pad = (cell: string, at: number) => {
    const width = widths[at] ?? 0;
    return at === 0 || align === 'left' ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => row.map(pad).join(' '.repeat(gap)).trimEnd());
}
