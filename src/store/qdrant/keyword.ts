import type { Schemas } from '@qdrant/js-client-rest';

import { toBm25Text } from '../layout.js';
import type { PaperPayload } from '../../papers/payload.js';

/** The server's own embedding of texts for BM25 (https://qdrant.tech/documentation/concepts/inference/). */
const BM25_MODEL = 'qdrant/bm25';

/**
 * Words in an average paper's text, stop words left out: some 0.6 of the 211 of 20,000 recent arXiv records. The server
 * assumes 256, which ranks worse (nDCG@10 on Cranfield 0.350 instead of 0.363). Folding lets `Balazs` find `Balázs`. Both shape what is stored, so they
 * stay the same for all points and queries of a layout.
 */
const BM25_OPTIONS = { avg_len: 125, ascii_folding: true };

/** What is stored as a paper's keyword vector; the server computes it. */
export function toKeywordVector(payload: PaperPayload): Schemas['Document'] {
  return toDocument(toBm25Text(payload));
}

/** The keyword vector of a query; half a surrogate pair, which UTF-8 cannot say, is no word. */
export function toQueryDocument(text: string): Schemas['Document'] {
  return toDocument(text.replace(/\p{Surrogate}/gu, ' '));
}

function toDocument(text: string): Schemas['Document'] {
  return { text, model: BM25_MODEL, options: BM25_OPTIONS };
}
