import { parentPort, workerData } from 'node:worker_threads';
import type {
  BatchPlan,
  BatchRecord,
  PreparedBatch,
  PreparedRecord,
  RecordToEncode,
  Stretch,
} from './batch.js';
import { prepareBatches } from './prepare-batches.js';
import { toEmbeddedText } from '../embedding/embedder.js';
import { BadUserInputError, PublicError, StartupError, toError } from '../errors/errors.js';
import type { EncodedPoints, EncodePoints, PaperPoint } from '../store/store.js';

/** What the thread is started with. */
export interface ReaderData {
  plan: BatchPlan;
  /** `PaperStore.encoder`; null where nothing is going to be encoded. */
  encoder: string | null;
}

/** What the thread is asked. `request` comes back with the answer. */
export type ReaderRequest =
  | { kind: 'next'; request: number }
  | { kind: 'encode'; request: number; batch: number; records: readonly RecordToEncode[] }
  | { kind: 'line'; request: number; batch: number; at: number }
  | { kind: 'release'; batch: number };

export type ReaderAnswer = { request: number } & (
  | { kind: 'batch'; batch: number; stretch: Stretch<BatchRecord> }
  | { kind: 'end' }
  | { kind: 'encoded'; points: EncodedPoints }
  | { kind: 'line'; line: Uint8Array }
  | { kind: 'failed'; family: ErrorFamily; message: string }
);

/** Errors lose their class on the way to another thread. */
export type ErrorFamily = 'startup' | 'input' | 'public' | 'unexpected';

/**
 * The thread that reads, parses, cleans and encodes, so that the main thread is left to the store. The records of a
 * batch stay here until they are asked for or released.
 */
const port = parentPort;
if (!port) throw new Error('batch-worker.js runs as a worker thread only');

// Given by `openReader`, which has this type.
const { plan, encoder } = workerData as ReaderData;
const batches = prepareBatches(plan);
const held = new Map<number, PreparedRecord[]>();
let count = 0;
let turn: Promise<void> = Promise.resolve();
let encodePoints: Promise<EncodePoints> | null = null;

// Reading goes on batch by batch; what is asked of a batch is answered in between.
port.on('message', (request: ReaderRequest) => {
  switch (request.kind) {
    case 'next':
      turn = turn.then(() => answer(request.request, next));
      return;
    case 'encode':
      void answer(request.request, () => encode(request.batch, request.records));
      return;
    case 'line':
      void answer(request.request, () => {
        const line = recordsOf(request.batch)[request.at]?.raw ?? new Uint8Array();
        return Promise.resolve({ kind: 'line', line });
      });
      return;
    case 'release':
      held.delete(request.batch);
  }
});

type Answer = ReaderAnswer extends infer Each
  ? Each extends ReaderAnswer
    ? Omit<Each, 'request'>
    : never
  : never;

async function answer(request: number, work: () => Promise<Answer>): Promise<void> {
  const result = await work().catch((thrown: unknown): Answer => {
    return { kind: 'failed', family: familyOf(thrown), message: toError(thrown).message };
  });
  const memory = result.kind === 'encoded' ? result.points.parts.map(({ buffer }) => buffer) : [];
  port?.postMessage({ request, ...result }, memory);
}

async function next(): Promise<Answer> {
  const result = await batches.next();
  if (result.done) return { kind: 'end' };
  const batch = count++;
  held.set(batch, result.value.records);
  return { kind: 'batch', batch, stretch: toStretch(result.value) };
}

function toStretch({ records, ...rest }: PreparedBatch): Stretch<BatchRecord> {
  return {
    ...rest,
    records: records.map(({ id, payload, vector, line, offset }) => ({
      id,
      contentHash: payload.content_hash ?? '',
      text: vector === null ? toEmbeddedText(payload) : null,
      line,
      offset,
    })),
  };
}

async function encode(batch: number, wanted: readonly RecordToEncode[]): Promise<Answer> {
  const records = recordsOf(batch);
  const points = wanted.map(({ at, vector: embedded, contentHash }): PaperPoint => {
    const record = records[at];
    const vector = embedded ?? record?.vector;
    if (!record || !vector)
      throw new Error(`Record ${at} of batch ${batch} is not there, or has no embedding`);
    const { id, payload, payloadJson } = record;
    if (contentHash === undefined) return { id, vector, payload, payloadJson };
    return { id, vector, payload: { ...payload, content_hash: contentHash } };
  });
  encodePoints ??= importEncoder();
  return { kind: 'encoded', points: (await encodePoints)(points) };
}

async function importEncoder(): Promise<EncodePoints> {
  if (encoder === null) throw new Error('The reader was opened without an encoder');
  // What the port says of this module.
  const module = (await import(encoder)) as { encodePoints: EncodePoints };
  return module.encodePoints;
}

function recordsOf(batch: number): readonly PreparedRecord[] {
  return held.get(batch) ?? [];
}

function familyOf(thrown: unknown): ErrorFamily {
  if (thrown instanceof StartupError) return 'startup';
  if (thrown instanceof BadUserInputError) return 'input';
  return thrown instanceof PublicError ? 'public' : 'unexpected';
}
