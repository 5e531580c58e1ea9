import { ELEMENT_MARK } from './column-names.js';
import { toWords } from '../../papers/words.js';

/** Texts one behind the other, and where each ends: what Arrow's `Utf8` is made of. */
export interface PackedTexts {
  data: Uint8Array;
  /** One more than there are texts. */
  offsets: Int32Array;
}

/** The columns of a field whose words are searched, for a batch of rows. */
export interface WordColumns {
  /** The distinct words of each row, row by row. */
  words: PackedTexts;
  /** Where each row's words begin among them; one more than there are rows. */
  rowOffsets: Int32Array;
  /** Each row's words in order, between spaces, its elements apart by `ELEMENT_MARK`. */
  sentences: PackedTexts;
}

// eslint-disable-next-line no-control-regex -- the ASCII range itself
const ASCII_ONLY = /^[\x00-\x7f]*$/;
const SPACE = 0x20;
const MARK = ELEMENT_MARK.charCodeAt(0);
/** What a byte becomes as part of a word, 0 for one that is part of none. Above ASCII all are: see `toBytes`. */
const WORD_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return byte;
  const letter = String.fromCharCode(byte).toLowerCase();
  return /[a-z0-9]/.test(letter) ? letter.charCodeAt(0) : 0;
});

/**
 * Takes the texts apart as `toWords` does, byte by byte: making a string of every word, to join them again into a column,
 * takes several times as long, and would be half of the time of loading.
 *
 * @param rows the texts of each row.
 */
export function toWordColumns(rows: readonly (readonly string[])[]): WordColumns {
  const words = new TextBuilder();
  const sentences = new TextBuilder();
  const distinct = new DistinctWords(words);
  const rowOffsets = new Int32Array(rows.length + 1);
  rows.forEach((elements, row) => {
    sentences.push(SPACE);
    elements.forEach((element, at) => {
      if (at > 0) {
        // Between elements without words there is a space on each side of the mark too.
        sentences.push(MARK);
        sentences.push(SPACE);
      }
      addWords(toBytes(element), words, sentences, distinct);
    });
    sentences.end();
    distinct.endRow();
    rowOffsets[row + 1] = words.count;
  });
  return { words: words.pack(), rowOffsets, sentences: sentences.pack() };
}

/** ASCII as it is; other text as its words, since letters must be told and folded there. */
function toBytes(text: string): Buffer {
  return ASCII_ONLY.test(text) ? Buffer.from(text, 'latin1') : Buffer.from(toWords(text).join(' '));
}

function addWords(bytes: Buffer, words: TextBuilder, sentences: TextBuilder, distinct: DistinctWords): void {
  const start = sentences.size;
  for (let at = 0; at <= bytes.length; at++) {
    const byte = at < bytes.length ? (WORD_BYTES[bytes[at] ?? 0] ?? 0) : 0;
    if (byte !== 0) {
      words.push(byte);
      sentences.push(byte);
    } else if (words.size > words.start) {
      sentences.push(SPACE);
      distinct.keepIfNew();
    }
  }
  if (sentences.size === start) sentences.push(SPACE);
}

/** Texts that are written byte by byte. */
class TextBuilder {
  data = new Uint8Array(64 * 1024);
  offsets = new Int32Array(1024);
  /** Bytes written, the text under way included. */
  size = 0;
  /** Texts that are complete. */
  count = 0;

  /** Where the text under way begins. */
  get start(): number {
    return this.offsets[this.count] ?? 0;
  }

  push(byte: number): void {
    if (this.size === this.data.length) {
      const larger = new Uint8Array(this.size * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.size++] = byte;
  }

  end(): void {
    if (this.count + 1 === this.offsets.length) {
      const larger = new Int32Array(this.offsets.length * 2);
      larger.set(this.offsets);
      this.offsets = larger;
    }
    this.offsets[++this.count] = this.size;
  }

  /** Takes the text under way back. */
  drop(): void {
    this.size = this.start;
  }

  pack(): PackedTexts {
    return { data: this.data.slice(0, this.size), offsets: this.offsets.slice(0, this.count + 1) };
  }
}

/** The words of one row, found again by open addressing. */
class DistinctWords {
  /** Number of a word, plus one, in the place that its hash leads to; 0 for a free place. A power of two long. */
  #places = new Int32Array(1024);
  #taken: number[] = [];

  constructor(private readonly words: TextBuilder) {}

  /** Ends the word under way if the row has no equal one yet, else takes it back. */
  keepIfNew(): void {
    const place = this.#placeOf(this.words.start, this.words.size);
    if (this.#places[place] !== 0) {
      this.words.drop();
      return;
    }
    this.words.end();
    this.#places[place] = this.words.count;
    this.#taken.push(place);
    if (this.#taken.length * 2 > this.#places.length) this.#grow();
  }

  endRow(): void {
    for (const place of this.#taken) this.#places[place] = 0;
    this.#taken.length = 0;
  }

  #placeOf(start: number, end: number): number {
    const { data, offsets } = this.words;
    // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
    const mask = this.#places.length - 1;
    for (let place = (hash ^ (hash >>> 15)) & mask; ; place = (place + 1) & mask) {
      const word = this.#places[place] ?? 0;
      if (word === 0 || isEqual(data, offsets[word - 1] ?? 0, offsets[word] ?? 0, start, end)) return place;
    }
  }

  #grow(): void {
    const numbers = this.#taken.map((place) => this.#places[place] ?? 0);
    this.#places = new Int32Array(this.#places.length * 2);
    this.#taken = numbers.map((word) => {
      const { offsets } = this.words;
      const place = this.#placeOf(offsets[word - 1] ?? 0, offsets[word] ?? 0);
      this.#places[place] = word;
      return place;
    });
  }
}

function isEqual(data: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let a = aStart, b = bStart; a < aEnd; a++, b++) {
    if (data[a] !== data[b]) return false;
  }
  return true;
}
