import type { BatchRecord } from './batch.js';
import { hasVectorHash, isUnchanged } from './content-hash.js';
import { type Embedder, toEmbeddedText } from '../embedding/embedder.js';
import { DIRECTORY_FIELDS } from '../directory/revise-directory.js';
import type { PaperReader, StoredPaper } from '../store/store.js';

/** A record that is new or has changed. */
export interface ChangedRecord {
  /** Place in the batch's records. */
  at: number;
  record: BatchRecord;
  isNew: boolean;
  /** What the directory has of the stored paper; null for a new one. */
  before: StoredPaper['payload'] | null;
  /**
   * The stored paper's content hash, where the embedding that it has is the record's too: its text is the same, or the model
   * reads the same of both. Null where the record brings its own or has to be embedded.
   */
  keepsVectorOf: string | null;
}

/** The records that are new or have changed; of several with one id, the last counts. */
export async function findChanged(
  store: Pick<PaperReader, 'retrieve'>,
  records: readonly BatchRecord[],
  embedder: Pick<Embedder, 'readsSame'>,
): Promise<ChangedRecord[]> {
  const latest = new Map(records.map((record, at) => [record.id, { record, at }]));
  const stored = await store.retrieve([...latest.keys()], ['content_hash']);
  const changed = [...latest].flatMap(([id, { record, at }]): ChangedRecord[] => {
    const paper = stored.get(id);
    const isSame = paper && isUnchanged(paper.payload.content_hash, record.contentHash);
    return isSame ? [] : [{ at, record, isNew: !paper, before: null, keepsVectorOf: null }];
  });
  return addStored(store, changed, embedder);
}

/** Reads what is stored of those that are not new. */
async function addStored(
  store: Pick<PaperReader, 'retrieve'>,
  changed: readonly ChangedRecord[],
  embedder: Pick<Embedder, 'readsSame'>,
): Promise<ChangedRecord[]> {
  const ids = changed.filter(({ isNew }) => !isNew).map(({ record }) => record.id);
  if (ids.length === 0) return [...changed];
  const stored = await store.retrieve(ids, [...DIRECTORY_FIELDS, 'abstract', 'content_hash']);
  return Promise.all(
    changed.map(async (each) => {
      if (each.isNew) return each;
      const { abstract, content_hash: hash, ...before } = stored.get(each.record.id)?.payload ?? {};
      const { title } = before;
      // A paper without a hash was not stored by us: nobody knows what of it was embedded.
      const isKnown = hash !== undefined && title !== undefined && abstract !== undefined;
      const isKept = isKnown && (await hasSameVector({ title, abstract, hash }, each.record, embedder));
      return { ...each, before, keepsVectorOf: isKept ? hash : null };
    }),
  );
}

async function hasSameVector(
  { hash, ...stored }: { title: string; abstract: string; hash: string },
  { text }: BatchRecord,
  embedder: Pick<Embedder, 'readsSame'>,
): Promise<boolean> {
  if (text === null) return false;
  const before = toEmbeddedText(stored);
  if (before === text) return true;
  return !hasVectorHash(hash) && ((await embedder.readsSame?.(before, text)) ?? false);
}
