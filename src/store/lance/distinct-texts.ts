/**
 * Numbers distinct texts in the order in which they first come. They are compared as UTF-8, in which a column holds them:
 * making a string of every occurrence takes several times as long as counting it. A text takes its bytes and some 35 more,
 * however often it occurs.
 */
export class DistinctTexts {
  #bytes = new Uint8Array(1 << 12);
  /** Where each text ends among the bytes. */
  readonly #ends: number[] = [];
  readonly #hashes: number[] = [];
  /** An open hash table of numbers plus one, 0 where it is free; its size is a power of two, at most half of it taken. */
  #slots = new Int32Array(1 << 8);

  /** The number of the text that `source` holds from `begin` to before `end`. */
  add(source: Uint8Array, begin: number, end: number): number {
    const hash = hashOf(source, begin, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let taken = this.#slots[slot]; taken; taken = this.#slots[slot]) {
      if (this.#isAt(taken - 1, hash, source, begin, end)) return taken - 1;
      slot = (slot + 1) & mask;
    }
    return this.#insert(slot, hash, source.subarray(begin, end));
  }

  textAt(index: number): string {
    return Buffer.from(this.#bytes.buffer, this.#begin(index), this.#length(index)).toString();
  }

  #begin(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }

  #length(index: number): number {
    return (this.#ends[index] ?? 0) - this.#begin(index);
  }

  #isAt(index: number, hash: number, source: Uint8Array, begin: number, end: number): boolean {
    if (this.#hashes[index] !== hash || this.#length(index) !== end - begin) return false;
    const shift = this.#begin(index) - begin;
    for (let at = begin; at < end; at++) {
      if (this.#bytes[at + shift] !== source[at]) return false;
    }
    return true;
  }

  #insert(slot: number, hash: number, text: Uint8Array): number {
    const index = this.#ends.length;
    const begin = this.#begin(index);
    const end = begin + text.length;
    if (end > this.#bytes.length) this.#growBytes(end);
    this.#bytes.set(text, begin);
    this.#ends.push(end);
    this.#hashes.push(hash);
    this.#slots[slot] = index + 1;
    if (this.#ends.length * 2 > this.#slots.length) this.#growSlots();
    return index;
  }

  #growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, index) => {
      let slot = hash & mask;
      while (slots[slot]) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    });
    this.#slots = slots;
  }
}

/** FNV-1a, its high bits folded into the low ones that choose the slot. */
function hashOf(bytes: Uint8Array, begin: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = begin; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
