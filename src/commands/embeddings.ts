import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddingsOptions } from './embeddings-options.js';
import { createRetries, toIdentity } from './loading.js';
import { openEmbedder, openStore } from './open-parts.js';
import { sayNowAndThen } from './say-now-and-then.js';
import type { Config } from '../config/config.js';
import { toEmbeddedText } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import { retryStore, withRetries, type RetryOptions } from '../ingest/retry.js';
import { formatTable, type Row } from '../ingest/summary.js';
import { toMetadata } from '../store/check-collection.js';
import type { CollectionInfo, PaperStore, ScanOptions, StoredPaper } from '../store/store.js';
import { requireSameIdentity, type Identity } from '../transfer/format.js';
import { importFile, toImportsFolder } from '../transfer/imported.js';
import { openEmbeddingsFile } from '../transfer/read-file.js';
import { estimateBytes, writeEmbeddings, type EmbeddedText } from '../transfer/write-file.js';

/** Maximum time to retry if the store fails while it is read. */
const MAX_WAIT_MS = 300_000;
/** What is embedded. */
const TEXT_FIELDS = ['title', 'abstract'] as const;

/**
 * Writes the embeddings of the configured collection to a new file.
 *
 * @throws StartupError if the file exists, or the collection has no embeddings or does not record their model.
 */
export async function exportEmbeddings(
  config: Config,
  file: string,
  { dryRun, json }: EmbeddingsOptions,
  signal: AbortSignal,
): Promise<void> {
  const target = path.resolve(file);
  if (existsSync(target)) throw new StartupError(`${target} already exists; choose a new file`);
  requireFolder(target);
  const store = await openExportedStore(config);
  try {
    const info = await store.describe();
    const identity = requireIdentity(config.collection, info);
    const papers = info?.count ?? 0;
    if (papers === 0) throw nothingToExport(config.collection);
    if (dryRun) {
      const bytes = estimateBytes(papers, identity);
      tell('would be exported', target, { identity, embeddings: papers, bytes }, json);
      return;
    }
    const retries = createRetries(MAX_WAIT_MS, signal);
    const written = await writeEmbeddings(target, identity, readAll(store, papers, retries));
    if (!written) throw nothingToExport(config.collection);
    const { count: embeddings, ...rest } = written;
    tell('exported', target, { identity, embeddings, ...rest }, json);
  } finally {
    await store.close();
  }
}

/**
 * Verifies a file and keeps it in DATA_DIR, where loads look for it.
 *
 * @throws StartupError if the file is damaged, or its model differs from that of the configured embedder.
 */
export async function importEmbeddings(
  config: Config,
  file: string,
  { dryRun, json }: EmbeddingsOptions,
  signal: AbortSignal,
): Promise<void> {
  const source = await openEmbeddingsFile(path.resolve(file));
  try {
    const { identity, count: embeddings, bytes, sha256 } = source.contents;
    requireSameIdentity(source.path, identity, await readIdentity(config), 'the configured embedder');
    const contents = { identity, embeddings, bytes, sha256 };
    if (dryRun) {
      await source.verify(signal);
      tell('verified', source.path, contents, json);
      return;
    }
    const kept = await importFile(source, toImportsFolder(config.dataDir), signal);
    tell('imported', kept, contents, json);
  } finally {
    await source.close();
  }
}

async function readIdentity(config: Config): Promise<Identity> {
  const embedder = await openEmbedder(config);
  try {
    return toIdentity(toMetadata(embedder));
  } finally {
    await embedder.close();
  }
}

function requireFolder(target: string): void {
  const folder = path.dirname(target);
  if (!existsSync(folder))
    throw new StartupError(`${folder} does not exist; name a file in a folder that does`);
}

/**
 * Opening the embedded store would create its folder, and reading it for a load may create an index. An export must
 * not do either.
 */
async function openExportedStore(config: Config): Promise<PaperStore> {
  const { store, collection } = config;
  if (store.kind === 'qdrant') return openStore(config, collection, 'loading');
  if (!existsSync(store.dataDir)) throw missingCollection(collection);
  return openStore(config, collection);
}

function requireIdentity(collection: string, info: CollectionInfo | null): Identity {
  if (!info) throw missingCollection(collection);
  if (info.metadata) return toIdentity(info.metadata);
  throw new StartupError(
    `Collection "${collection}" does not record its embedding model, so the file could not be used. ` +
      'Name the model and repair the collection in place: paperql repair --embedding-model NAME.',
  );
}

function missingCollection(collection: string): StartupError {
  return new StartupError(`There is no collection "${collection}" to export; load papers into it first`);
}

function nothingToExport(collection: string): StartupError {
  return new StartupError(`The collection "${collection}" has no embeddings to export`);
}

/**
 * Reads batch by batch, without papers that have no title, no abstract, or an embedding of all zeros. A paper that is
 * revised in the meantime is left out, too: it is unknown which of its texts the embedding belongs to.
 */
async function* readAll(
  store: PaperStore,
  papers: number,
  retries: RetryOptions,
): AsyncGenerator<EmbeddedText[]> {
  const { signal } = retries;
  const reader = retryStore(store, retries);
  const repeat: ScanOptions['repeat'] = (send) => withRetries(send, retries);
  const say = sayNowAndThen();
  let done = 0;
  for await (const batch of store.scan(TEXT_FIELDS, { signal, repeat })) {
    signal.throwIfAborted();
    const ids = batch.map(({ id }) => id);
    const vectors = await reader.vectors(ids, { signal });
    // After the embeddings, so that an unchanged text is theirs.
    const again = await reader.retrieve(ids, TEXT_FIELDS, { signal });
    yield batch.flatMap(({ id, payload }) => {
      const vector = vectors.get(id);
      const hasDirection = vector?.some((number) => number !== 0);
      const text = toText(payload);
      if (text === null || text !== toText(again.get(id)?.payload) || !vector || !hasDirection) return [];
      return [{ text, vector }];
    });
    done += batch.length;
    say(`exporting ${done}/${papers}`);
  }
}

function toText({ title, abstract }: StoredPaper['payload'] = {}): string | null {
  return title === undefined || abstract === undefined ? null : toEmbeddedText({ title, abstract });
}

interface Told {
  identity: Identity;
  embeddings: number;
  bytes: number;
  sha256?: string;
}

function tell(status: string, file: string, { identity, ...told }: Told, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ status, file, ...told, ...identity }));
    return;
  }
  const { embedder, dimension, document_prefix: document, query_prefix: query } = identity;
  const rows: Row[] = [
    [status, file],
    ['embeddings', told.embeddings],
    ['embedder', `${embedder}, ${dimension} dimensions`],
    ...(document === '' ? [] : [['document prefix', JSON.stringify(document)] satisfies Row]),
    ...(query === '' ? [] : [['query prefix', JSON.stringify(query)] satisfies Row]),
    ['bytes', told.bytes],
    ...(told.sha256 === undefined ? [] : [['sha256', told.sha256] satisfies Row]),
  ];
  console.log(formatTable(rows));
}
