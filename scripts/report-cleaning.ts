/**
 * Counts what cleaning changes in a dump, and shows examples: `npm run cleaning:report -- FILE…`. The figures in docs/cleaning.md
 * come from it.
 */
import { collapse, decodeEntities } from '../src/ingest/clean-text.js';
import type { KaggleRecord } from '../src/ingest/kaggle-record.js';
import { toUnicode } from '../src/ingest/latex-text.js';
import { toPayload } from '../src/ingest/normalise.js';
import { findSources } from '../src/ingest/read/find-sources.js';
import { readRecords } from '../src/ingest/read/read-records.js';
import type { PaperPayload } from '../src/papers/payload.js';

type Rule = (record: KaggleRecord, payload: PaperPayload) => [before: string, after: string] | null;

const EXAMPLES = 3;
const TEXTS = ['title', 'abstract', 'comments', 'journal-ref', 'submitter', 'authors'] as const;

/** A rule that applies `clean` to each text. */
function ofTexts(clean: (text: string) => string): [string, Rule][] {
  return TEXTS.map((field) => [
    field,
    (record) => {
      const text = record[field];
      return text === null || clean(text) === text ? null : [text, clean(text)];
    },
  ]);
}

const RULES: Record<string, [string, Rule][]> = {
  'white space collapsed': ofTexts(collapse),
  'HTML entities decoded': ofTexts(decodeEntities),
  'LaTeX to Unicode': ofTexts(toUnicode),
  'authors split from the string': [
    [
      'authors',
      ({ authors, authors_parsed: parsed }, payload) =>
        parsed?.length ? null : [authors ?? '', payload.authors.join('; ')],
    ],
  ],
  'brackets removed from authors': [
    [
      'authors',
      ({ authors }, payload) =>
        authors !== null && /[()]/.test(authors) ? [authors, payload.authors.join('; ')] : null,
    ],
  ],
  'codes that are not categories removed': [
    [
      'categories',
      ({ categories }, payload) => {
        const left = payload.categories.join(' ');
        return categories === null || categories.trim() === left ? null : [categories, left];
      },
    ],
  ],
  'date derived from the id': [
    [
      'submitted_at',
      ({ id, versions }, payload) => (versions?.length ? null : [id, payload.submitted_at ?? 'none']),
    ],
  ],
};

const counts = new Map<string, { count: number; examples: [string, string][] }>();
let records = 0;
let rejected = 0;
for (const source of await findSources(process.argv.slice(2))) {
  for await (const { items } of readRecords(source)) {
    for (const item of items) {
      if (item.kind === 'record') take(item.record);
      else rejected++;
    }
  }
}
print();

function take(record: KaggleRecord): void {
  records++;
  const payload = toPayload(record);
  for (const [rule, fields] of Object.entries(RULES)) {
    for (const [field, change] of fields) {
      const changed = change(record, payload);
      if (changed) add(`${rule}: ${field}`, changed);
    }
  }
}

function add(key: string, changed: [string, string]): void {
  const entry = counts.get(key) ?? { count: 0, examples: [] };
  counts.set(key, entry);
  entry.count++;
  // Examples from all over the file: the occurrences whose number is a power of two.
  if (Number.isInteger(Math.log2(entry.count)))
    entry.examples = [...entry.examples, changed].slice(-EXAMPLES);
}

function print(): void {
  console.log(`${records} records, ${rejected} lines rejected\n`);
  for (const [key, { count, examples }] of counts) {
    console.log(`${key}: ${count} (${((100 * count) / records).toFixed(1)}%)`);
    for (const [before, after] of examples) console.log(`    ${shorten(before)}\n  → ${shorten(after)}`);
  }
}

function shorten(text: string): string {
  const line = JSON.stringify(text);
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
