import type { RecordPlace } from './record-memory.js';
import type { InputSource } from './read/find-sources.js';
import type { CheckedField } from './kaggle-record.js';
import type { RejectedLine } from './rejects.js';

/** How to treat embeddings in the records; `require` skips records without one. */
export const EMBEDDINGS_MODES = ['use', 'ignore', 'require'] as const;
export type EmbeddingsMode = (typeof EMBEDDINGS_MODES)[number];

/** Where reading continues: a position in one of the sources. */
export interface InputPosition {
  /** Index of the source; the number of sources when all have been read. */
  source: number;
  /** Byte offset in its decompressed content. */
  offset: number;
  /** Number of lines before that position. */
  line: number;
}

/** Which records of the input are wanted. */
export interface RecordSelection {
  /** Category codes (`cs.LG`) and whole archives (`cs.*` or `cs`); none means every category. */
  categories: readonly string[];
  /** Day of the first submission, `YYYY-MM-DD`, or null. */
  since: string | null;
}

/** What to read and how to cut it. */
export interface BatchPlan {
  sources: readonly InputSource[];
  start: InputPosition;
  selection: RecordSelection;
  embeddings: EmbeddingsMode;
  /** Whether to load a source even if half of its records lose their authors. */
  isForced: boolean;
  /** Whether the operator has named the model of the supplied embeddings. */
  isModelNamed: boolean;
  /** Dimension of the collection's embeddings. */
  dimension: number;
  /** Number of records that may still be taken; null for all. */
  limit: number | null;
  /** Maximum records of a batch. */
  maxRecords: number;
  /**
   * Maximum records of a batch that have to be embedded. That is how much is lost if the process is killed.
   */
  maxToEmbed: number;
}

/** A record that is ready to be stored, except for its embedding. */
export interface BatchRecord {
  /** Id of the record's point. */
  id: string;
  contentHash: string;
  /** Position in the memory of its batch. */
  place: RecordPlace;
  /** The text to embed; null if the embedding came with the record. */
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

/** A part of the input. */
export interface Batch {
  records: BatchRecord[];
  /** Holds the records themselves, until the batch is released. */
  memory: SharedArrayBuffer;
  rejected: RejectedLine[];
  /** Name of the records' source. */
  source: string;
  /** Number of non-empty lines. */
  read: number;
  /** Records excluded by the selection. */
  filtered: number;
  /** Records skipped because they have no embedding (`--embeddings require`). */
  withoutEmbedding: number;
  /** Records with an unreadable value, by field. */
  unreadable: UnreadableCounts;
  /** Where the input continues after this batch. */
  end: InputPosition;
  /** Bytes of the files on disk read up to here, over all sources. */
  bytesRead: number;
}

export interface ReadBatch extends Batch {
  reading: ReadingTime;
}
