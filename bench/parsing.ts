import { parseQuery } from '../src/search/parse-query/parse-query.js';

const QUERIES = [
  'Mentions of point clouds by Tian-Xing Xu',
  'nearby galaxies',
  'graph neural networks by Kipf and Welling',
  'how do neural networks learn from text',
  'learning by example',
];
const LONG_QUERY = 'approximation by neural networks, by Wei Li and Ruslan Salakhutdinov in 2021; '.repeat(
  150,
);
const LONG_LENGTH = 10_000;
const TIMES = 2_000;
const NOW = new Date('2025-06-01T00:00:00Z');

/** How long reading a query takes, at the median. */
export function measureParsing(): string {
  const short = QUERIES.map((query) => timeOf(query, TIMES));
  const long = timeOf(LONG_QUERY.slice(0, LONG_LENGTH), TIMES / 10);
  return `\nReading a query takes ${Math.max(...short).toFixed(4)} ms, one of ${LONG_LENGTH} characters ${long.toFixed(3)} ms.`;
}

function timeOf(query: string, times: number): number {
  const took = Array.from({ length: times }, () => {
    const startedAt = performance.now();
    parseQuery(query, NOW);
    return performance.now() - startedAt;
  });
  return took.sort((a, b) => a - b)[times >> 1] ?? NaN;
}
