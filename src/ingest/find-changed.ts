import type { BatchRecord } from './batch.js';
import { isUnchanged } from './content-hash.js';
import { toEmbeddedText } from '../embedding/embedder.js';
import { DIRECTORY_FIELDS } from '../directory/revise-directory.js';
import type { PaperReader, StoredPaper } from '../store/store.js';

/** A record that is new or has changed. */
export interface ChangedRecord {
  /** Index in the batch's records. */
  at: number;
  record: BatchRecord;
  isNew: boolean;
  /** What the directory knows of the stored paper; null for a new one. */
  before: StoredPaper['payload'] | null;
  /**
   * The stored paper's content hash if both have the same text, so that the stored embedding is valid for the record.
   * Null if the record brings its own embedding or has to be embedded.
   */
  sameText: string | null;
}

/** The records that are new or have changed; of several with the same id, the last. */
export async function findChanged(
  store: Pick<PaperReader, 'retrieve'>,
  records: readonly BatchRecord[],
): Promise<ChangedRecord[]> {
  const latest = new Map(records.map((record, at) => [record.id, { record, at }]));
  const stored = await store.retrieve([...latest.keys()], ['content_hash']);
  const changed = [...latest].flatMap(([id, { record, at }]): ChangedRecord[] => {
    const paper = stored.get(id);
    const isSame = paper && isUnchanged(paper.payload.content_hash, record.contentHash);
    return isSame ? [] : [{ at, record, isNew: !paper, before: null, sameText: null }];
  });
  return addStored(store, changed);
}

/** Adds the stored data of records that are not new. */
async function addStored(
  store: Pick<PaperReader, 'retrieve'>,
  changed: readonly ChangedRecord[],
): Promise<ChangedRecord[]> {
  const ids = changed.filter(({ isNew }) => !isNew).map(({ record }) => record.id);
  if (ids.length === 0) return [...changed];
  const stored = await store.retrieve(ids, [...DIRECTORY_FIELDS, 'abstract', 'content_hash']);
  return changed.map((each) => {
    const { abstract, content_hash: hash, ...before } = stored.get(each.record.id)?.payload ?? {};
    if (each.isNew) return each;
    const { title } = before;
    // A paper without a hash was stored by another program, so the text of its embedding is unknown.
    const isKnown = hash !== undefined && title !== undefined && abstract !== undefined;
    const isSame = isKnown && toEmbeddedText({ title, abstract }) === each.record.text;
    return { ...each, before, sameText: isSame ? hash : null };
  });
}
