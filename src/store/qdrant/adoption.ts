import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import type { PointsHttp } from './http.js';
import { BM25_VECTOR } from '../layout.js';
import type { Adoption, AdoptedPaper, ForeignPoint } from '../store.js';

/** Where the requests go, and how a paper's text becomes its `bm25` vector. */
export interface AdoptionParts {
  client: QdrantClient;
  http: Pick<PointsHttp, 'send'>;
  collection: string;
  toKeywordVector: (paper: AdoptedPaper['payload']) => Schemas['Document'];
}

/** Brings a collection that others made into PaperQL's layout, in place; see `Adoption`. */
export function createAdoption({ client, http, collection, toKeywordVector }: AdoptionParts): Adoption {
  const path = `/collections/${encodeURIComponent(collection)}`;
  return {
    async addKeywordVector() {
      const { config } = await client.getCollection(collection);
      if (config.params.sparse_vectors?.[BM25_VECTOR]) return;
      await http.send('PUT', `${path}/vectors/${BM25_VECTOR}?wait=true`, { sparse: { modifier: 'idf' } });
    },

    async list(from, limit) {
      const page = await http.send<Schemas['ScrollResult']>('POST', `${path}/points/scroll`, {
        limit,
        ...(from !== null && { offset: from }),
        filter: { must: [{ is_empty: { key: 'content_hash' } }] },
        with_payload: true,
        with_vector: false,
      });
      const points = page.points.map(({ id, payload }): ForeignPoint => ({ id, payload: payload ?? {} }));
      const { next_page_offset: next } = page;
      return { points, next: typeof next === 'string' || typeof next === 'number' ? next : null };
    },

    async adopt(papers) {
      if (papers.length === 0) return;
      const points = papers.map(({ id, payload }) => ({
        id,
        vector: { [BM25_VECTOR]: toKeywordVector(payload) },
      }));
      await http.send('PUT', `${path}/points/vectors?wait=true`, { points });
      // The payload last: its content hash tells that a point is done.
      const operations = papers.map(({ id, payload }) => ({ overwrite_payload: { points: [id], payload } }));
      await http.send('POST', `${path}/points/batch?wait=true`, { operations });
    },

    async setMetadata(metadata) {
      await client.api().updateCollection({ collection_name: collection, metadata: { ...metadata } });
    },
  };
}
