import type { RecordPlace } from './record-memory.js';
import type { InputSource } from './read/find-sources.js';
import type { CheckedField } from './kaggle-record.js';
import type { RejectedLine } from './rejects.js';

/** Whether embeddings that come with the records are taken; `require` passes over records without. */
export const EMBEDDINGS_MODES = ['use', 'ignore', 'require'] as const;
export type EmbeddingsMode = (typeof EMBEDDINGS_MODES)[number];

/** Where reading goes on: a place in one of the sources. */
export interface InputPosition {
  /** Index of the source; their number when all are read. */
  source: number;
  /** Bytes into its decompressed content. */
  offset: number;
  /** Lines before that place. */
  line: number;
}

/** Which records of the input are wanted. */
export interface Selection {
  /** Category codes (`cs.LG`) and whole archives (`cs.*` or `cs`); none means every category. */
  categories: readonly string[];
  /** Day of the first submission, `YYYY-MM-DD`, or null. */
  since: string | null;
}

/** What to read and how to cut it. */
export interface BatchPlan {
  sources: readonly InputSource[];
  start: InputPosition;
  selection: Selection;
  embeddings: EmbeddingsMode;
  /** Whether a source is loaded of whose records half lose their authors. */
  isForced: boolean;
  /** Whether it was said which model the supplied embeddings are of. */
  isModelNamed: boolean;
  /** Numbers in an embedding of the collection. */
  dimension: number;
  /** Records that may still be taken; null for all. */
  limit: number | null;
  /** Most records of a batch. */
  maxRecords: number;
  /** Most records of a batch that have to be embedded: what is lost when the process is killed. */
  maxToEmbed: number;
}

/** A record that is ready to be stored, up to its embedding. */
export interface BatchRecord {
  /** Id of the record's point. */
  id: string;
  contentHash: string;
  /** In the memory of its batch. */
  place: RecordPlace;
  /** The text to embed; null when the embedding came with the record. */
  text: string | null;
  line: number;
  offset: number;
}

export type UnreadableCounts = Partial<Record<CheckedField, number>>;

/** When a batch was read, checked and cleaned, in ms since 1970. */
interface ReadingTime {
  startedAt: number;
  endedAt: number;
}

/** A stretch of the input. */
export interface Batch {
  records: BatchRecord[];
  /** Holds the records themselves, until the batch is released. */
  memory: SharedArrayBuffer;
  rejected: RejectedLine[];
  /** Name of the source that the records are of. */
  source: string;
  /** Lines that held something. */
  read: number;
  /** Records that were not wanted. */
  filtered: number;
  /** Records passed over because they have no embedding (`--embeddings require`). */
  withoutEmbedding: number;
  /** Records with a field that has a value and could not be read, by field. */
  unreadable: UnreadableCounts;
  /** Where the input continues after this stretch. */
  end: InputPosition;
  /** Bytes of the files on disk read up to here, all sources together. */
  bytesRead: number;
}

export interface ReadBatch extends Batch {
  reading: ReadingTime;
}
