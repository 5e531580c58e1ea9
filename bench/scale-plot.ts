import { toGrowth, toText, type ScaleFigures } from './scale-report.js';

const COLUMNS = 3;
const PANEL = { width: 290, height: 150 };
/** Space in a panel for its name above the curve, and for the sizes below it. */
const MARGIN = { left: 30, right: 40, top: 42, bottom: 28 };

/**
 * One panel per figure, which shows its growth with the number of papers, on a logarithmic scale. Figures start at 0.
 */
export function toGrowthPlot(measured: readonly ScaleFigures[]): string {
  const sizes = measured.map(({ papers }) => papers);
  const panels = toGrowth(measured).map((row, at) => {
    const [x, y] = [(at % COLUMNS) * PANEL.width, Math.floor(at / COLUMNS) * PANEL.height];
    return `<g transform="translate(${x} ${y})">${toPanel(`${row.name}, ${row.unit}`, sizes, row.values)}</g>`;
  });
  const [width, height] = [COLUMNS * PANEL.width, Math.ceil(panels.length / COLUMNS) * PANEL.height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#222">`,
    `<title>Growth of CPU time, memory and disk with the number of papers, from ${sizes.map(toShort).join(' to ')}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function toPanel(name: string, sizes: readonly number[], values: readonly (number | null)[]): string {
  const [first, last] = [Math.log(Math.min(...sizes)), Math.log(Math.max(...sizes))];
  const most = Math.max(...values.map(Number), Number.MIN_VALUE);
  const inner = {
    width: PANEL.width - MARGIN.left - MARGIN.right,
    height: PANEL.height - MARGIN.top - MARGIN.bottom,
  };
  const floor = MARGIN.top + inner.height;
  const points = sizes.flatMap((size, at) => {
    const value = values[at] ?? null;
    const x = MARGIN.left + (inner.width * (Math.log(size) - first)) / (last - first || 1);
    return value === null ? [] : [{ size, value, x, y: floor - (inner.height * value) / most }];
  });
  return [
    `<text x="${MARGIN.left}" y="16" font-weight="bold">${name}</text>`,
    `<path d="M${MARGIN.left} ${floor}h${inner.width}" stroke="#bbb"/>`,
    `<polyline points="${points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ')}" fill="none" stroke="#0b6e99" stroke-width="2"/>`,
    ...points.map(
      ({ size, value, x, y }) =>
        `<circle cx="${round(x)}" cy="${round(y)}" r="3" fill="#0b6e99"/>` +
        `<text x="${round(x)}" y="${round(y - 7)}" text-anchor="middle">${toText(value)}</text>` +
        `<text x="${round(x)}" y="${floor + 15}" text-anchor="middle" fill="#777">${toShort(size)}</text>`,
    ),
  ].join('\n');
}

function toShort(papers: number): string {
  return papers >= 1e6
    ? `${round(papers / 1e6)}M`
    : papers >= 1_000
      ? `${round(papers / 1_000)}k`
      : `${papers}`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
