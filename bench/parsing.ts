import { parseQuery } from '../src/search/parse-query/parse-query.js';

const QUERIES = [
  'Mentions of point clouds by Tian-Xing Xu',
  'nearby galaxies',
  'graph neural networks by Kipf and Welling',
  'how do neural networks learn from text',
  'learning by example',
];
const PROSE = 'approximation by neural networks, by Wei Li and Ruslan Salakhutdinov in 2021; ';
/** Texts that, when repeated, keep one of the readers busy, or let it begin and then fail. */
const HOSTILE = [
  'by ',
  'by A ',
  'by abc ',
  'by Xu, ',
  'by LeCun, Y., ',
  "by O'Neill ",
  'by van der ',
  'by 张 伟 ',
  'in ',
  'in the last ',
  'in cs.LG and ',
  '2019 ',
  'between 2019 and ',
  'from March 2019 to ',
  'on 2020-03-15 ',
  'author:J. ',
  'id:1706.03762,',
  '-ab ',
  '"',
  '"a ',
  '“',
  ',',
  'a:',
  'x',
  'é ',
  '\ud800 ',
];
const LENGTH = 10_000;
const NOW = new Date('2025-06-01T00:00:00Z');

/**
 * Median time to read a query: an ordinary one, a long text, and the slowest of the hostile ones.
 *
 * @param times how often an ordinary query is read; longer ones are read less often.
 */
export function measureParsing(times: number): string {
  const short = QUERIES.map((query) => timeOf(query, times));
  const long = timeOf(repeat(PROSE, LENGTH), times / 10);
  const worst = HOSTILE.map((part) => ({ part, took: timeOf(repeat(part, LENGTH), times / 20) }))
    .sort((a, b) => a.took - b.took)
    .at(-1);
  const twice = worst && timeOf(repeat(worst.part, 2 * LENGTH), times / 20);
  return [
    '',
    `Reading a query takes ${Math.max(...short).toFixed(4)} ms, ${LENGTH} characters of text ${long.toFixed(2)} ms,`,
    `each of ${HOSTILE.length} repeated hostile parts at most ${worst?.took.toFixed(2)} ms ('${worst?.part}'), and twice as many ${twice?.toFixed(2)} ms.`,
  ].join('\n');
}

function repeat(part: string, length: number): string {
  return part.repeat(Math.ceil(length / part.length)).slice(0, length);
}

function timeOf(query: string, times: number): number {
  const took = Array.from({ length: times }, () => {
    const startedAt = performance.now();
    parseQuery(query, NOW);
    return performance.now() - startedAt;
  });
  return took.sort((a, b) => a - b)[times >> 1] ?? NaN;
}
