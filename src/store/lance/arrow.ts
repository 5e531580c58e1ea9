import { type Data, Field, Int64, List, makeData, makeVector, Table, Utf8 } from 'apache-arrow';

import { ELEMENT_MARK } from './columns.js';
import { toWords } from '../../papers/words.js';

const UTF8_LIST = new List(new Field('item', new Utf8(), true));

/** A table of columns that each have a value for every row. */
export function tableOf(columns: Readonly<Record<string, Data>>): Table {
  return new Table(
    Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, makeVector(data)])),
  );
}

/** A column of lists, none of them null. */
export function utf8Lists(
  lists: readonly (readonly string[] | null)[],
  scratch = new Scratch(),
): Data<List<Utf8>> {
  const texts = scratch.takeBuilder();
  const rowOffsets = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => {
    if (list) for (const text of list) texts.push(text);
    rowOffsets[row + 1] = texts.count;
  });
  return makeLists(rowOffsets, toUtf8Data(texts.pack()));
}

export function makeLists(valueOffsets: Int32Array, child: Data<Utf8>): Data<List<Utf8>> {
  return makeData({ type: UTF8_LIST, length: valueOffsets.length - 1, nullCount: 0, valueOffsets, child });
}

export function toUtf8Data({ data, offsets: valueOffsets }: PackedTexts): Data<Utf8> {
  return makeData({ type: new Utf8(), length: valueOffsets.length - 1, nullCount: 0, valueOffsets, data });
}

export function utf8(values: readonly (string | null)[], scratch = new Scratch()): Data<Utf8> {
  const texts = scratch.takeBuilder();
  for (const value of values) {
    if (value === null) texts.end();
    else texts.push(value);
  }
  const { data, offsets: valueOffsets } = texts.pack();
  return makeData({ type: new Utf8(), length: values.length, ...validity(values), valueOffsets, data });
}

export function int64(values: readonly (bigint | null)[]): Data<Int64> {
  return makeData({
    type: new Int64(),
    length: values.length,
    ...validity(values),
    data: BigInt64Array.from(values, (value) => value ?? 0n),
  });
}

/** Null count and bitmap of a column in which null means no value. */
export function validity(values: readonly unknown[]): { nullCount: number; nullBitmap: Uint8Array | null } {
  if (!values.includes(null)) return { nullCount: 0, nullBitmap: null };
  const present = values.map((value) => value !== null);
  return { nullCount: present.filter((each) => !each).length, nullBitmap: toBits(present) };
}

/** Arrow's bitmap: one bit a row, least significant first. */
export function toBits(flags: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, row) => {
    if (flag) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return bits;
}

/** Texts one after another, and where each ends: what Arrow's `Utf8` is made of. */
export interface PackedTexts {
  data: Uint8Array;
  /** One more than there are texts. */
  offsets: Int32Array;
}

/** Up to this length a loop is quicker than a call that leaves JavaScript. */
const SHORT_TEXT = 32;
/** Maximum bytes that UTF-8 takes for one unit of a string. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * Texts as one block of UTF-8. Joining strings first, or making an array of each one's bytes, takes several times as long.
 * The fields are open to a loop that writes byte by byte after `reserve`; `size` is where it continues.
 */
export class TextBuilder {
  bytes = Buffer.allocUnsafeSlow(64 * 1024);
  offsets = new Int32Array(1024);
  /** Bytes written, the text under way included. */
  size = 0;
  /** Texts that are complete. */
  count = 0;

  /** Makes room for this many more bytes. */
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
 * Numbers the distinct texts of a builder in the order in which they first come. They are compared as UTF-8: making a string
 * of every occurrence takes several times as long as finding its number. Each takes its bytes and some 50 more, however
 * often it occurs.
 */
export class DistinctTexts {
  /** Number of a text by its hash, or by the next number that no other text has. */
  readonly #numbers = new Map<number, number>();

  constructor(readonly texts = new TextBuilder()) {}

  /** Completes the text under way, or drops it for an equal one; returns the number of the one that is kept. */
  endText(hash: number): number {
    const { bytes, offsets, count, size } = this.texts;
    const start = offsets[count] ?? 0;
    for (let key = hash; ; key++) {
      const number = this.#numbers.get(key);
      if (number === undefined) {
        this.#numbers.set(key, count);
        this.texts.end();
        return count;
      }
      if (isEqual(bytes, offsets[number] ?? 0, offsets[number + 1] ?? 0, start, size)) {
        this.texts.size = start;
        return number;
      }
    }
  }

  textAt(number: number): string {
    const { bytes, offsets } = this.texts;
    return bytes.toString('utf8', offsets[number], offsets[number + 1]);
  }

  /** Texts from now on are distinct among themselves. */
  forget(): void {
    this.#numbers.clear();
  }
}

function isEqual(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let a = aStart, b = bStart; a < aEnd; a++, b++) {
    if (bytes[a] !== bytes[b]) return false;
  }
  return true;
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
export const HASH_START = 0x811c9dc5;
export const HASH_FACTOR = 0x01000193;

/**
 * Memory for the columns of one batch, used again for the next: allocating it each time costs page faults, and makes the
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

  /** Memory for this many numbers, with arbitrary content. */
  takeNumbers(count: number): Float32Array {
    if (this.#numbers.length < count) this.#numbers = new Float32Array(count);
    return this.#numbers.subarray(0, count);
  }

  /** What was taken is used no longer. */
  release(): void {
    this.#used = 0;
  }
}

/** The columns of a field whose words are searched, for a batch of rows. */
interface WordColumns {
  /** The distinct words of each row, row by row. */
  words: PackedTexts;
  /** Where each row's words begin among them; one more than there are rows. */
  rowOffsets: Int32Array;
  /** Each row's words in order, between spaces, its elements apart by `ELEMENT_MARK`. */
  sentences: PackedTexts;
}

const SPACE = 0x20;
const MARK = ELEMENT_MARK.charCodeAt(0);
/** What a byte becomes as part of a word, 0 for one that is part of none. Above ASCII all are: see `Texts`. */
const WORD_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return byte;
  const letter = String.fromCharCode(byte).toLowerCase();
  return /[a-z0-9]/.test(letter) ? letter.charCodeAt(0) : 0;
});

/**
 * Takes the texts apart as `toWords` does, byte by byte: making a string of every word, to join them again into a column,
 * takes several times as long, and would be half of the time of loading.
 *
 * @param rows the texts of each row; null as none.
 * @returns views of the scratch memory.
 */
export function toWordColumns(rows: readonly (readonly string[] | null)[], scratch: Scratch): WordColumns {
  const words = scratch.takeBuilder();
  const sentences = scratch.takeBuilder();
  const distinct = new DistinctTexts(words);
  const texts = new Texts();
  const rowOffsets = new Int32Array(rows.length + 1);
  rows.forEach((elements, row) => {
    sentences.reserve(3);
    sentences.bytes[sentences.size++] = SPACE;
    elements?.forEach((element, at) => {
      sentences.reserve(2);
      if (at > 0) {
        // Between elements without words there is a space on each side of the mark too.
        sentences.bytes[sentences.size++] = MARK;
        sentences.bytes[sentences.size++] = SPACE;
      }
      texts.take(element);
      addWords(texts, sentences, distinct);
    });
    sentences.end();
    distinct.forget();
    rowOffsets[row + 1] = words.count;
  });
  return { words: words.pack(), rowOffsets, sentences: sentences.pack() };
}

/** The bytes of one text at a time, in memory that is used again. */
class Texts {
  bytes = Buffer.allocUnsafeSlow(16 * 1024);
  length = 0;

  /** ASCII as it is; other text as its words, since letters must be told and folded there. */
  take(text: string): void {
    // Only a text of ASCII has as many bytes as units.
    if (this.#write(text) !== text.length) this.#write(toWords(text).join(' '));
  }

  #write(text: string): number {
    if (this.bytes.length < text.length * 3) this.bytes = Buffer.allocUnsafeSlow(text.length * 3);
    this.length = this.bytes.write(text);
    return this.length;
  }
}

/** One loop over local variables: it sees every byte of every abstract. */
function addWords({ bytes, length }: Texts, sentences: TextBuilder, distinct: DistinctTexts): void {
  const words = distinct.texts;
  words.reserve(length);
  // A space after each word, and the one of a text without any.
  sentences.reserve(length + 1);
  const [wordBytes, sentenceBytes] = [words.bytes, sentences.bytes];
  const firstByte = sentences.size;
  let wordStart = words.size;
  let wordEnd = wordStart;
  let sentenceEnd = firstByte;
  let hash = HASH_START;
  for (let at = 0; at <= length; at++) {
    const byte = at < length ? (WORD_BYTES[bytes[at] ?? 0] ?? 0) : 0;
    if (byte !== 0) {
      wordBytes[wordEnd++] = byte;
      sentenceBytes[sentenceEnd++] = byte;
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
    } else if (wordEnd > wordStart) {
      sentenceBytes[sentenceEnd++] = SPACE;
      words.size = wordEnd;
      distinct.endText(hash);
      wordStart = wordEnd = words.size;
      hash = HASH_START;
    }
  }
  words.size = wordStart;
  if (sentenceEnd === firstByte) sentenceBytes[sentenceEnd++] = SPACE;
  sentences.size = sentenceEnd;
}
