import { MEASURE_NAMES, DEPTH, type MeanEstimate, type Measure } from './evaluate.js';
import type { Dataset } from './dataset.js';
import type { Questions } from './questions.js';
import { alignColumns } from '../text-table.js';

type Estimates = Record<Measure, MeanEstimate>;

/** The result of `paperql eval`; `--json` prints it is. */
export interface EvaluationReport {
  /** Name of the dataset, or of the file of questions. */
  dataset: string;
  /** Name of the relevance judgements of a dataset. */
  split?: string;
  /** The user's own collection, for questions. */
  collection?: string;
  store: string;
  embedder: string;
  documents: number;
  queries: number;
  left: Left;
  modes: Record<string, Estimates>;
  /** `HYBRID - SEMANTIC`: how much better the first is, query by query. */
  differences: Record<string, Estimates>;
}

type Left = Dataset['left'] | Questions['left'];

export function formatReport(report: EvaluationReport): string {
  const { dataset, split, collection, store, embedder, documents, queries, modes, differences } = report;
  const what = collection === undefined ? split : `collection ${collection}`;
  return [
    `${dataset}, ${what}: ${documents} documents, ${queries} queries; ${embedder} in ${store}`,
    ...leftInWords(report.left),
    '',
    ...toTable(modes, (value) => value.toFixed(3)),
    ...(Object.keys(differences).length === 0 ? [] : ['', ...toTable(differences, toSigned)]),
    '',
    `Means over the queries with 95% bootstrap intervals. Rankings are judged down to rank ${DEPTH}; the gain of nDCG is 2^relevance - 1.`,
  ].join('\n');
}

const LEFT_IN_WORDS: Readonly<Record<keyof Dataset['left'] | keyof Questions['left'], string>> = {
  emptyDocuments: 'empty documents (never found)',
  repeatedIds: 'repeated ids',
  queriesWithoutRelevant: 'queries without a relevant document',
  queriesWithoutText: 'judged queries without text',
  repeatedQuestions: 'repeated questions',
  missingPapers: 'judged papers that the collection does not have',
  unanswerableQuestions: 'questions that no paper of the collection answers',
};

function leftInWords(left: Left): string[] {
  const counts: Partial<Record<keyof typeof LEFT_IN_WORDS, number>> = left;
  const some = (Object.keys(LEFT_IN_WORDS) as (keyof typeof LEFT_IN_WORDS)[]) // the keys of its type
    .filter((key) => (counts[key] ?? 0) > 0)
    .map((key) => `${counts[key]} ${LEFT_IN_WORDS[key]}`);
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
