/**
 * The position of a record in the memory of its batch: the numbers of its embedding (nothing if there is none), its
 * payload as JSON, and its line as in the input, one directly after the other.
 */
export interface RecordPlace {
  vector: number;
  payload: number;
  line: number;
  end: number;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Initial size and growth of a block. A larger step would leave more garbage. */
const STEP_BYTES = 4 * 1024 * 1024;
/** Maximum bytes of one UTF-16 unit in UTF-8. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * Consecutive records in memory that threads share. Each batch has one block, which is reused for another batch.
 * Separate blocks would be objects that the garbage collector has to move, and would be freed only when it runs.
 */
export class RecordWriter {
  #bytes: Buffer;
  #end = 0;

  /**
   * @param memory may be overwritten, whatever its content.
   */
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

/** The embedding that came with a record; null if there was none. */
export function vectorAt(memory: SharedArrayBuffer, { vector, payload }: RecordPlace): Float32Array | null {
  return payload === vector ? null : new Float32Array(memory, vector, (payload - vector) / FLOAT_BYTES);
}

export function payloadAt(memory: SharedArrayBuffer, { payload, line }: RecordPlace): string {
  return Buffer.from(memory, payload, line - payload).toString();
}

export function lineAt(memory: SharedArrayBuffer, { line, end }: RecordPlace): Buffer {
  return Buffer.from(memory, line, end - line);
}
