import type { Table } from '@lancedb/lancedb';

import { ID } from './columns.js';
import { readIds } from './decode-rows.js';

const FIRST_SLOTS = 1 << 16;
/** Share of the slots that may be taken, so that few are looked at before the right one. */
const MOST_LOAD = 0.75;
/** Of a UUID in hexadecimal, the last ones, which stand without a hyphen: as a number they are exact in a double. */
const DIGITS = 12;

/**
 * The ids of a table's points: who knows that a paper is new need not look for it. Kept by 48 of their 128 bits, which are
 * of a hash as they are, in a table with open addressing: 8 bytes for each slot, 32 MB with three million ids. An id that
 * was not added is taken for one that was once in some hundred million times.
 */
export class KnownIds {
  #slots = new Float64Array(FIRST_SLOTS);
  #size = 0;

  /** Of all points that are stored now. */
  static async read(table: Table): Promise<KnownIds> {
    const known = new KnownIds();
    for await (const rows of table.query().select([ID])) readIds(rows).forEach((id) => known.add(id));
    return known;
  }

  add(id: string): void {
    if (this.#size >= this.#slots.length * MOST_LOAD) this.#grow();
    this.#put(toMark(id));
  }

  has(id: string): boolean {
    const mark = toMark(id);
    return this.#slots[this.#find(mark)] === mark;
  }

  #put(mark: number): void {
    const slot = this.#find(mark);
    if (this.#slots[slot] === mark) return;
    this.#slots[slot] = mark;
    this.#size++;
  }

  /** The slot that holds the mark, or the empty one that would. */
  #find(mark: number): number {
    const slots = this.#slots;
    let slot = mark % slots.length;
    while (slots[slot] !== 0 && slots[slot] !== mark) slot = (slot + 1) % slots.length;
    return slot;
  }

  #grow(): void {
    const marks = this.#slots;
    this.#slots = new Float64Array(marks.length * 2);
    this.#size = 0;
    for (const mark of marks) if (mark !== 0) this.#put(mark);
  }
}

/** Above 0, which marks an empty slot. */
function toMark(id: string): number {
  return Number.parseInt(id.slice(-DIGITS), 16) + 1;
}
