import { isDeepStrictEqual } from 'node:util';

import { QdrantClient, type Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';

import type { Server } from './address.js';
import { PublicError } from '../../errors/errors.js';
import {
  BM25_VECTOR,
  PAYLOAD_INDEXES,
  type CollectionMetadata,
  type IndexedField,
  type IndexKind,
} from '../layout.js';
import type { CollectionInfo } from '../store.js';

/** The first server that computes BM25 and keeps metadata with a collection, both over REST. */
const OLDEST_VERSION = { major: 1, minor: 18 };

const VersionAnswer = z.object({ version: z.string().regex(/^\d+\.\d+/) });

const StoredMetadata = z.object({
  layout_version: z.int(),
  embedder: z.string(),
  dimension: z.int(),
  embedded_text: z.string(),
}) satisfies z.ZodType<CollectionMetadata>;

const UnnamedVector = z.object({ size: z.number(), distance: z.string() });

/** `toWords` is this tokenizer: both must change together. */
const TEXT_INDEX = {
  type: 'text',
  tokenizer: 'word',
  lowercase: true,
  ascii_folding: true,
  phrase_matching: true,
} as const satisfies Schemas['TextIndexParams'];

const INDEX_SCHEMAS = {
  keyword: 'keyword',
  keywords: 'keyword',
  text: TEXT_INDEX,
  texts: TEXT_INDEX,
  integer: 'integer',
  datetime: 'datetime',
} as const satisfies Record<IndexKind, Schemas['PayloadFieldSchema']>;

const INDEXED_FIELDS = Object.keys(PAYLOAD_INDEXES) as IndexedField[]; // of a const object: nothing else is in it

/**
 * The official client, for all that is about collections. It drops a path in `url`, takes port 6333 where a URL has none,
 * asks the server's version unawaited and warns on the console of keys over plain HTTP, hence these options.
 */
export function createClient({ origin, port, prefix, headers, timeoutMs }: Server): QdrantClient {
  return new QdrantClient({
    url: origin,
    port,
    prefix,
    headers,
    timeout: timeoutMs,
    checkCompatibility: false,
  });
}

/** @throws PublicError when the server is older than what PaperQL needs, or no Qdrant. */
export async function checkVersion(client: QdrantClient, server: string): Promise<void> {
  const answer = VersionAnswer.safeParse(await client.versionInfo());
  if (!answer.success) {
    throw new PublicError('STORE_UNAVAILABLE', `${server} did not answer as Qdrant does; check QDRANT_URL`);
  }
  const { version } = answer.data;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const { major: oldestMajor, minor: oldestMinor } = OLDEST_VERSION;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new PublicError(
    'STORE_UNAVAILABLE',
    `${server} has version ${version}; PaperQL needs ${oldestMajor}.${oldestMinor} or newer`,
  );
}

export async function createCollection(
  client: QdrantClient,
  name: string,
  metadata: CollectionMetadata,
): Promise<void> {
  // `client.createCollection` leaves `metadata` out of what it sends.
  await client.api().createCollection({
    collection_name: name,
    vectors: { size: metadata.dimension, distance: 'Cosine' },
    sparse_vectors: { [BM25_VECTOR]: { modifier: 'idf' } },
    metadata: { ...metadata },
  });
  await createIndexes(client, name, INDEXED_FIELDS);
}

/** Builds the payload indexes that the collection lacks. */
export async function completeIndexes(client: QdrantClient, name: string): Promise<void> {
  const { payload_schema: schema } = await client.getCollection(name);
  await createIndexes(client, name, missingIndexes(schema));
}

async function createIndexes(
  client: QdrantClient,
  name: string,
  fields: readonly IndexedField[],
): Promise<void> {
  for (const field of fields) {
    const schema = INDEX_SCHEMAS[PAYLOAD_INDEXES[field]];
    await client.createPayloadIndex(name, { field_name: field, field_schema: schema, wait: true });
  }
}

/** @throws what the client throws, a missing collection's 404 included. */
export async function describeCollection(client: QdrantClient, name: string): Promise<CollectionInfo> {
  const [{ config, payload_schema: schema }, { count }] = await Promise.all([
    client.getCollection(name),
    client.count(name, { exact: true }),
  ]);
  const vector = UnnamedVector.safeParse(config.params.vectors);
  if (!vector.success) {
    throw new PublicError(
      'STORE_UNAVAILABLE',
      `The collection ${name} has no unnamed dense vector; name another with QDRANT_COLLECTION`,
    );
  }
  return {
    name,
    count,
    dimension: vector.data.size,
    distance: vector.data.distance,
    metadata: StoredMetadata.safeParse(config.metadata).data ?? null,
    missingIndexes: missingIndexes(schema),
  };
}

/** Fields whose index is not there, is of another type, or would make other words of a text. */
function missingIndexes(schema: Schemas['CollectionInfo']['payload_schema']): IndexedField[] {
  return INDEXED_FIELDS.filter((field) => {
    const expected = INDEX_SCHEMAS[PAYLOAD_INDEXES[field]];
    const found = schema[field];
    if (typeof expected === 'string') return found?.data_type !== expected;
    return !isDeepStrictEqual(withoutStorage(found?.params), expected);
  });
}

/** Index parameters that change what a filter selects: not where the index lies, nor what is null. */
function withoutStorage(params: object | null | undefined): object {
  const entries = Object.entries(params ?? {});
  return Object.fromEntries(
    entries.filter(([key, value]) => value !== null && key !== 'on_disk' && key !== 'enable_hnsw'),
  );
}
