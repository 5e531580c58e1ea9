import type { BatchRecord } from './batch.js';
import { isUnchanged } from './content-hash.js';
import { toEmbeddedText } from '../embedding/embedder.js';
import type { PaperReader } from '../store/store.js';

/** A record that is new or has changed. */
export interface ChangedRecord {
  /** Place in the batch's records. */
  at: number;
  record: BatchRecord;
  isNew: boolean;
  /**
   * The stored paper's content hash, where its text is the record's: the embedding that it has is the record's too. Null
   * where the record brings its own or has to be embedded.
   */
  sameText: string | null;
}

/** The records that are new or have changed; of several with one id, the last counts. */
export async function findChanged(
  store: Pick<PaperReader, 'retrieve'>,
  records: readonly BatchRecord[],
): Promise<ChangedRecord[]> {
  const latest = new Map(records.map((record, at) => [record.id, { record, at }]));
  const stored = await store.retrieve([...latest.keys()], ['content_hash']);
  const changed = [...latest].flatMap(([id, { record, at }]): ChangedRecord[] => {
    const paper = stored.get(id);
    const isSame = paper && isUnchanged(paper.payload.content_hash, record.contentHash);
    return isSame ? [] : [{ at, record, isNew: !paper, sameText: null }];
  });
  return markSameTexts(store, changed);
}

async function markSameTexts(
  store: Pick<PaperReader, 'retrieve'>,
  changed: readonly ChangedRecord[],
): Promise<ChangedRecord[]> {
  const doubtful = changed.filter(({ isNew, record }) => !isNew && record.text !== null);
  if (doubtful.length === 0) return [...changed];
  const ids = doubtful.map(({ record }) => record.id);
  const stored = await store.retrieve(ids, ['title', 'abstract', 'content_hash']);
  return changed.map((each) => {
    const { title, abstract, content_hash: hash } = stored.get(each.record.id)?.payload ?? {};
    // A paper without a hash was not stored by us: nobody knows what of it was embedded.
    if (hash === undefined || title === undefined || abstract === undefined) return each;
    return toEmbeddedText({ title, abstract }) === each.record.text ? { ...each, sameText: hash } : each;
  });
}
