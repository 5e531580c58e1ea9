/** Texts one behind the other, and where each ends: what Arrow's `Utf8` is made of. */
export interface PackedTexts {
  data: Uint8Array;
  /** One more than there are texts. */
  offsets: Int32Array;
}

/** Up to this length a loop is quicker than a call that leaves JavaScript. */
const SHORT_TEXT = 32;
/** UTF-8 takes at most so many bytes for one unit of a string. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * Texts as one block of UTF-8. Joining strings first, or making an array of each one's bytes, takes several times as long.
 * The fields are open to a loop that writes byte by byte behind `reserve`; `size` is where it goes on.
 */
export class TextBuilder {
  bytes = Buffer.allocUnsafeSlow(64 * 1024);
  offsets = new Int32Array(1024);
  /** Bytes written, the text under way included. */
  size = 0;
  /** Texts that are complete. */
  count = 0;

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    if (this.size + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.size + more));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }

  /** A whole text. */
  push(text: string): void {
    this.reserve(text.length * MOST_BYTES_PER_UNIT);
    this.size += text.length <= SHORT_TEXT ? this.#writeShort(text) : this.bytes.write(text, this.size);
    this.end();
  }

  /** Completes the text under way. */
  end(): void {
    if (this.count + 1 === this.offsets.length) {
      const larger = new Int32Array(this.offsets.length * 2);
      larger.set(this.offsets);
      this.offsets = larger;
    }
    this.offsets[++this.count] = this.size;
  }

  /** Forgets what was written, and keeps the memory. */
  clear(): void {
    this.size = 0;
    this.count = 0;
  }

  /** Views of what was written, valid until `clear`. */
  pack(): PackedTexts {
    return { data: this.bytes.subarray(0, this.size), offsets: this.offsets.subarray(0, this.count + 1) };
  }

  #writeShort(text: string): number {
    const { bytes, size } = this;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) return bytes.write(text, size);
      bytes[size + at] = code;
    }
    return text.length;
  }
}

/**
 * Memory for the columns of one batch, used again for the next: taking it anew each time costs page faults, and makes the
 * collector run through everything that a load holds.
 */
export class Scratch {
  #builders: TextBuilder[] = [];
  #used = 0;
  #numbers = new Float32Array(0);

  /** An empty builder. */
  takeBuilder(): TextBuilder {
    const builder = (this.#builders[this.#used++] ??= new TextBuilder());
    builder.clear();
    return builder;
  }

  /** So many numbers, whatever is in them. */
  takeNumbers(count: number): Float32Array {
    if (this.#numbers.length < count) this.#numbers = new Float32Array(count);
    return this.#numbers.subarray(0, count);
  }

  /** What was taken is used no longer. */
  release(): void {
    this.#used = 0;
  }
}
