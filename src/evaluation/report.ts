import { MEASURE_NAMES, DEPTH, type MeanEstimate, type Measure } from './evaluate.js';
import type { Dataset } from './dataset.js';
import { alignColumns } from '../text-table.js';

type Estimates = Record<Measure, MeanEstimate>;

/** What `paperql eval` prints, with `--json` as it is. */
export interface EvaluationReport {
  dataset: string;
  split: string;
  store: string;
  embedder: string;
  documents: number;
  queries: number;
  left: Dataset['left'];
  modes: Record<string, Estimates>;
  /** `HYBRID - SEMANTIC`: how much better the first is, query by query. */
  differences: Record<string, Estimates>;
}

export function formatReport(report: EvaluationReport): string {
  const { dataset, split, store, embedder, documents, queries, modes, differences } = report;
  return [
    `${dataset}, ${split}: ${documents} documents, ${queries} queries; ${embedder} in ${store}`,
    ...leftInWords(report.left),
    '',
    ...toTable(modes, (value) => value.toFixed(3)),
    ...(Object.keys(differences).length === 0 ? [] : ['', ...toTable(differences, toSigned)]),
    '',
    `Means over the queries with 95% bootstrap intervals. Rankings are judged down to rank ${DEPTH}; the gain of nDCG is 2^relevance - 1.`,
  ].join('\n');
}

function leftInWords(left: Dataset['left']): string[] {
  const parts = [
    [left.emptyDocuments, 'empty documents (never found)'],
    [left.repeatedIds, 'repeated ids'],
    [left.queriesWithoutRelevant, 'queries without a relevant document'],
    [left.queriesWithoutText, 'judged queries without text'],
  ] as const;
  const some = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return some.length === 0 ? [] : [`Skipped: ${some.join(', ')}`];
}

function toTable(rows: Record<string, Estimates>, toText: (value: number) => string): string[] {
  const cells = Object.entries(rows).map(([name, estimates]) => [
    name,
    ...MEASURE_NAMES.map((measure) => toCell(estimates[measure], toText)),
  ]);
  return alignColumns([['', ...MEASURE_NAMES], ...cells], { align: 'left', gap: 2 });
}

function toCell({ mean, low, high }: MeanEstimate, toText: (value: number) => string): string {
  return `${toText(mean)} (${toText(low)} to ${toText(high)})`;
}

function toSigned(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}
