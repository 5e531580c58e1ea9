import type { Schemas } from '@qdrant/js-client-rest';

import { isScrolled, isUpdate, isUpdates } from './answers.js';
import { readCollection, toPath, updateCollection } from './collection.js';
import { missingPointOf } from './errors.js';
import type { QdrantHttp } from './http.js';
import { inParts } from '../../in-parts.js';
import { BM25_VECTOR } from '../layout.js';
import type { CallOptions } from '../shared-call.js';
import type { Adoption, AdoptedPaper, ForeignPoint } from '../store.js';

/** Papers per request. Each request waits for its own writes, so several are sent concurrently. */
const PAPERS_A_REQUEST = 100;

/**
 * The remaining points. Only these are written to, so papers that other processes load in the meantime stay as they
 * are.
 */
const NOT_ADOPTED = { is_empty: { key: 'content_hash' } } as const satisfies Schemas['IsEmptyCondition'];

/** The server, and a function that makes a paper's text into its `bm25` vector. */
export interface AdoptionParts {
  http: QdrantHttp;
  collection: string;
  toKeywordVector: (paper: AdoptedPaper['payload']) => Schemas['SparseVector'];
}

/** Converts a collection made by another program to PaperQL's layout, in place; see `Adoption`. */
export function createAdoption(parts: AdoptionParts): Adoption {
  const { http, collection } = parts;
  return {
    async addKeywordVector(options) {
      const { config } = await readCollection(http, collection, options);
      if (config.params.sparse_vectors?.[BM25_VECTOR]) return;
      const path = `${toPath(collection)}/vectors/${BM25_VECTOR}?wait=true`;
      await http.send('PUT', path, { sparse: { modifier: 'idf' } }, isUpdate, options);
    },
    list: (from, limit, options) => listForeign(parts, from, limit, options),
    async adopt(papers, options) {
      const outcomes = await Promise.allSettled(
        inParts(papers, PAPERS_A_REQUEST).map(async (part) => {
          await addKeywordVectors(parts, part, options);
          // The payload comes last: its content hash marks a point as done.
          await replacePayloads(parts, part, options);
        }),
      );
      // A failure is reported only when nothing is in flight any more.
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    },
    async setMetadata(metadata, options) {
      await updateCollection(http, collection, { metadata: { ...metadata } }, options);
    },
  };
}

async function listForeign(
  { http, collection }: AdoptionParts,
  from: string | number | null,
  limit: number,
  options?: CallOptions,
): ReturnType<Adoption['list']> {
  const body = {
    limit,
    ...(from !== null && { offset: from }),
    filter: { must: [NOT_ADOPTED] },
    with_payload: true,
    with_vector: false,
  };
  const page = await http.send('POST', `${toPath(collection)}/points/scroll`, body, isScrolled, options);
  const points = page.points.map(({ id, payload }): ForeignPoint => ({ id, payload: payload ?? {} }));
  const { next_page_offset: next } = page;
  return { points, next: typeof next === 'string' || typeof next === 'number' ? next : null };
}

/** The dense vectors are neither read nor written, so they cannot be lost. */
async function addKeywordVectors(
  parts: AdoptionParts,
  papers: readonly AdoptedPaper[],
  options?: CallOptions,
): Promise<void> {
  if (papers.length === 0) return;
  const { http, collection, toKeywordVector } = parts;
  const points = papers.map(({ id, payload }) => ({
    id,
    vector: { [BM25_VECTOR]: toKeywordVector(payload) },
  }));
  const body = { points, update_filter: { must: [NOT_ADOPTED] } };
  try {
    await http.send('PUT', `${toPath(collection)}/points/vectors?wait=true`, body, isUpdate, options);
  } catch (error) {
    // The point was deleted since it was listed. The server names one at a time.
    const missing = missingPointOf(error);
    const others = papers.filter(({ id }) => String(id) !== missing);
    if (others.length === papers.length) throw error;
    await addKeywordVectors(parts, others, options);
  }
}

async function replacePayloads(
  { http, collection }: AdoptionParts,
  papers: readonly AdoptedPaper[],
  options?: CallOptions,
): Promise<void> {
  const operations = papers.map(({ id, payload }) => ({
    overwrite_payload: { filter: { must: [{ has_id: [id] }, NOT_ADOPTED] }, payload },
  }));
  await http.send('POST', `${toPath(collection)}/points/batch?wait=true`, { operations }, isUpdates, options);
}
