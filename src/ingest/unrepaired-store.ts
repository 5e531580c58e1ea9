import { toKaggleRecord } from './kaggle-record.js';
import { toPayload } from './normalise.js';
import { BadUserInputError } from '../errors/errors.js';
import type { PaperPayload, PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { CollectionMetadata } from '../store/layout.js';
import { toPlainStore } from '../store/plain-store.js';
import type { PaperStore, SearchRequest, StoredPaper } from '../store/store.js';

/** The fields that a paper is read from if the payload is the dump's record. */
const RECORD_FIELDS: readonly PayloadField[] = [
  'id',
  'title',
  'abstract',
  'authors',
  'categories',
  'submitter',
  'comments',
  'journal-ref',
  'doi',
  'report-no',
  'license',
  'versions',
  'update_date',
];

/**
 * A collection of another program as it is. Payloads are cleaned as they are read. It has neither keyword vectors nor
 * keys and indexes to filter by, so only vectors can be searched. Everything else is BAD_USER_INPUT, with a hint that
 * names the command that makes it possible.
 *
 * @param metadata what the operator says about its vectors.
 */
export function withoutRepair(store: PaperStore, metadata: CollectionMetadata): PaperStore {
  const refuse = createRefusal(store.collection, metadata);
  const toRequest = (request: SearchRequest) => ({ ...request, fields: toRecordFields(request.fields) });
  return {
    ...toPlainStore(store),
    async search(requests, options) {
      const refusals = requests.map((request) => refuseSearch(request, refuse));
      const possible = requests.filter((_request, at) => refusals[at] === null);
      const outcomes = await store.search(possible.map(toRequest), options);
      return refusals.map((refusal) => {
        const outcome = refusal ?? outcomes.shift() ?? new Error('The search has no outcome');
        return outcome instanceof Error ? outcome : outcome.map(readPayload);
      });
    },
    async retrieve(ids, fields, options) {
      const papers = await store.retrieve(ids, toRecordFields(fields), options);
      return new Map(Array.from(papers, ([id, paper]) => [id, readPayload(paper)]));
    },
    count: (filter, options) =>
      selectsByPayload(filter)
        ? Promise.reject(refuse('be filtered', ['filter']))
        : store.count(filter, options),
    counts: (filters, options) =>
      Promise.all(
        filters.map(async (filter) =>
          selectsByPayload(filter) ? refuse('be filtered', ['filter']) : store.count(filter, options),
        ),
      ),
    countMatches: (matches) => Promise.resolve(matches.map(() => refuse('be searched by words', ['mode']))),
    facets: (requests) => Promise.resolve(requests.map(() => refuse('have its values counted'))),
    async describe(options) {
      const info = await store.describe(options);
      return info && { ...info, metadata };
    },
  };
}

type Refuse = (what: string, argumentPath?: readonly string[]) => BadUserInputError;

function createRefusal(collection: string, { embedder }: CollectionMetadata): Refuse {
  const model = embedder.slice(embedder.indexOf(':') + 1);
  return (what, argumentPath = []) =>
    new BadUserInputError(
      `The collection ${collection} was made by another program, and cannot ${what}. It can only be searched by meaning: ` +
        'mode: SEMANTIC, no filter, and interpret: false if the query contains authors or times',
      argumentPath,
      { hint: `To use everything else, repair it in place: paperql repair --embedding-model ${model}` },
    );
}

function refuseSearch({ ranking, filter }: SearchRequest, refuse: Refuse): BadUserInputError | null {
  if (ranking.kind === 'keyword') return refuse('be searched by words', ['mode']);
  if (ranking.kind === 'listing') return refuse('be listed by date', ['query']);
  return selectsByPayload(filter) ? refuse('be filtered', ['filter']) : null;
}

/** Whether the filter needs more than point ids, which every collection has. */
function selectsByPayload(filter: Filter | undefined): boolean {
  const conditions = Object.values(filter ?? {}).flat() as unknown[]; // the same for `must`, `should` and `must_not`
  return conditions.some((each) => !(typeof each === 'object' && each !== null && 'has_id' in each));
}

function toRecordFields(fields: readonly PayloadField[]): readonly PayloadField[] {
  return fields.length === 0 ? [] : RECORD_FIELDS;
}

function readPayload<Paper extends StoredPaper>(paper: Paper): Paper {
  return { ...paper, payload: fromForeignPayload(paper.payload) ?? {} };
}

/**
 * Converts a payload of another program, such as the dump's record that the Python course stores, to the form that
 * loading would have stored; null for what is not an arXiv paper.
 */
export function fromForeignPayload(stored: Readonly<Record<string, unknown>>): PaperPayload | null {
  // Lists instead of the dump's strings: a collection that was begun in our layout.
  const record = toKaggleRecord({
    ...stored,
    authors: joined(stored['authors'], ', '),
    categories: joined(stored['categories'], ' '),
  });
  return 'reason' in record ? null : toPayload(record);
}

function joined(value: unknown, separator: string): unknown {
  return Array.isArray(value) ? value.join(separator) : value;
}
