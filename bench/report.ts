import type { Figures } from './load.js';
import type { Who } from './requests.js';

/** Speed of one party's answers: with one connection, and with many. */
export interface Row {
  who: Who;
  alone: Figures;
  busy: Figures;
}

/** Speed of the answers to one question. */
export interface NamedRow {
  name: string;
  alone: Figures;
  busy: Figures;
}

const NAMES: Record<Who, string> = {
  server: 'PaperQL',
  store: 'the store through its port',
  qdrant: 'bare Qdrant over HTTP',
  wrapper: 'a FastAPI wrapper',
  readyWrapper: 'a wrapper without a model',
};
const HEADS = ['p50 ms', 'p99 ms', 'answers/s'];

/** Figures of all parties for one question, and a comparison with the server. */
export function toReport(question: string, connections: number, rows: readonly Row[]): string {
  return [
    '',
    toLine('', ['', '1 connection', '', '', `${connections} connections`, '']),
    toLine(question, [...HEADS, ...HEADS]),
    ...rows.map(({ who, alone, busy }) => toLine(NAMES[who], [...toCells(alone), ...toCells(busy)])),
    ...compare(connections, rows),
  ].join('\n');
}

/** Figures of the server for several questions, one per row. */
export function toTable(connections: number, rows: readonly NamedRow[]): string {
  return [
    '',
    toLine('', ['', '1 connection', '', '', `${connections} connections`, '']),
    toLine('', [...HEADS, ...HEADS]),
    ...rows.map(({ name, alone, busy }) => toLine(name, [...toCells(alone), ...toCells(busy)])),
  ].join('\n');
}

function compare(connections: number, rows: readonly Row[]): string[] {
  const server = rows.find(({ who }) => who === 'server');
  const store = rows.find(({ who }) => who === 'store');
  if (!server || !store) return [];
  const added = server.alone.p50Ms - store.alone.p50Ms;
  const ratios = rows
    .filter(({ who }) => who !== 'server')
    .map(({ who, busy }) => {
      const ratio = server.busy.answersPerSecond / busy.answersPerSecond;
      const byRound = server.busy.rounds.map((rate, at) => (rate / (busy.rounds[at] ?? NaN)).toFixed(2));
      return `${ratio.toFixed(2)} times the answers of ${NAMES[who]} (by round: ${byRound.join(', ')})`;
    });
  return [
    `PaperQL adds ${added.toFixed(2)} ms to the store's p50 at 1 connection;`,
    `at ${connections} connections it gives ${ratios.join(', ')}.`,
  ];
}

function toCells({ p50Ms, p99Ms, answersPerSecond }: Figures): string[] {
  return [p50Ms.toFixed(2), p99Ms.toFixed(2), answersPerSecond.toFixed(0)];
}

function toLine(head: string, cells: readonly string[]): string {
  return `${head.padEnd(28)}${cells.map((cell) => cell.padStart(14)).join('')}`.trimEnd();
}
