/**
 * Where a record lies in the memory of its batch: the numbers of its embedding, nothing for a record without; its payload
 * as JSON; its line as it stands in the input. Each begins where the one before it ends.
 */
export interface RecordPlace {
  vector: number;
  payload: number;
  line: number;
  end: number;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
/** What a block begins with, and grows by: twice the size would leave as much again to the collector. */
const STEP_BYTES = 4 * 1024 * 1024;
/** Maximum bytes that UTF-8 takes for one unit of a string. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * Records one after another in memory that threads share. One block for a batch, used again for another one: blocks of
 * their own would be objects for the collector to move, and be freed whenever it comes by.
 */
export class RecordWriter {
  #bytes: Buffer;
  #end = 0;

  /** @param memory to be written over, whatever is in it. */
  constructor(public memory = new SharedArrayBuffer(STEP_BYTES)) {
    this.#bytes = Buffer.from(memory);
  }

  add(vector: Float32Array | null, payloadJson: string, line: Uint8Array): RecordPlace {
    const start = Math.ceil(this.#end / FLOAT_BYTES) * FLOAT_BYTES;
    const payload = start + (vector?.byteLength ?? 0);
    this.#reserve(payload + payloadJson.length * MOST_BYTES_PER_UNIT + line.length);
    if (vector) new Float32Array(this.memory, start, vector.length).set(vector);
    const lineStart = payload + this.#bytes.write(payloadJson, payload);
    this.#bytes.set(line, lineStart);
    this.#end = lineStart + line.length;
    return { vector: start, payload, line: lineStart, end: this.#end };
  }

  #reserve(size: number): void {
    if (size <= this.memory.byteLength) return;
    const written = this.#bytes;
    this.memory = new SharedArrayBuffer(size + STEP_BYTES);
    this.#bytes = Buffer.from(this.memory);
    this.#bytes.set(written.subarray(0, this.#end));
  }
}

/** The embedding that came with a record; null when none did. */
export function vectorAt(memory: SharedArrayBuffer, { vector, payload }: RecordPlace): Float32Array | null {
  return payload === vector ? null : new Float32Array(memory, vector, (payload - vector) / FLOAT_BYTES);
}

export function payloadAt(memory: SharedArrayBuffer, { payload, line }: RecordPlace): string {
  return Buffer.from(memory, payload, line - payload).toString();
}

export function lineAt(memory: SharedArrayBuffer, { line, end }: RecordPlace): Buffer {
  return Buffer.from(memory, line, end - line);
}
