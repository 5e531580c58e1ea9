import { createRequire } from 'node:module';
import type * as Arrow from 'apache-arrow';

import { toWords } from '../../papers/words.js';

/**
 * Arrow as CommonJS, which the engine itself loads. `import` would load the library's other build as well: twice the
 * memory, and a sixth of a second more at every start.
 */
const arrow = createRequire(import.meta.url)('apache-arrow') as typeof Arrow; // both builds have the same exports

export const { Bool, DataType, Field, FixedSizeList, Float32, Int64, List, Schema, Table, Utf8 } = arrow;
export const { makeData, makeVector, tableFromIPC, tableToIPC } = arrow;

export type Data<Type extends DataType = DataType> = Arrow.Data<Type>;
export type DataType = Arrow.DataType;
export type Field = Arrow.Field;
export type FixedSizeList<Item extends DataType> = Arrow.FixedSizeList<Item>;
export type Float32 = Arrow.Float32;
export type Int64 = Arrow.Int64;
export type List<Item extends DataType> = Arrow.List<Item>;
export type Schema = Arrow.Schema;
export type Table = Arrow.Table;
export type Utf8 = Arrow.Utf8;

/** A table of columns that each have a value for every row. */
export function tableOf(columns: Readonly<Record<string, Data>>): Table {
  return new Table(
    Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, makeVector(data)])),
  );
}

export function utf8(values: readonly (string | null)[], scratch = new ColumnMemory()): Data<Utf8> {
  const texts = scratch.takeBuilder();
  for (const value of values) {
    if (value === null) texts.end();
    else texts.push(value);
  }
  return toUtf8(texts, validity(values));
}

/** A column of lists without nulls. */
export function utf8Lists(
  lists: readonly (readonly string[] | null)[],
  scratch = new ColumnMemory(),
): Data<List<Utf8>> {
  const texts = scratch.takeBuilder();
  const ends = lists.map((list) => {
    if (list) for (const text of list) texts.push(text);
    return texts.count;
  });
  return toLists(ends, texts);
}

export function int64(values: readonly (bigint | null)[]): Data<Int64> {
  const data = BigInt64Array.from(values, (value) => value ?? 0n);
  return makeData({ type: new Int64(), length: values.length, ...validity(values), data });
}

function toUtf8({ bytes, offsets, size, count }: TextBuilder, { nullCount, nullBitmap } = NONE_NULL) {
  const [data, valueOffsets] = [bytes.subarray(0, size), offsets.subarray(0, count + 1)];
  return makeData({ type: new Utf8(), length: count, nullCount, nullBitmap, valueOffsets, data });
}

const UTF8_LIST = new List(new Field('item', new Utf8(), true));

/**
 * @param ends the end of each list among the texts
 */
function toLists(ends: readonly number[], texts: TextBuilder): Data<List<Utf8>> {
  const valueOffsets = Int32Array.from([0, ...ends]);
  return makeData({ type: UTF8_LIST, length: ends.length, nullCount: 0, valueOffsets, child: toUtf8(texts) });
}

/** Null count and null bitmap of a column. */
interface Validity {
  nullCount: number;
  nullBitmap: Uint8Array | null;
}

const NONE_NULL: Validity = { nullCount: 0, nullBitmap: null };

/** The validity of a column in which null means no value. */
export function validity(values: readonly unknown[]): Validity {
  const nullCount = values.filter((value) => value === null).length;
  return nullCount === 0
    ? NONE_NULL
    : { nullCount, nullBitmap: toBits(values.map((value) => value !== null)) };
}

/** Arrow's bitmap: one bit per row, least significant first. */
export function toBits(flags: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, row) => {
    if (flag) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return bits;
}

/** Maximum bytes of one UTF-16 unit in UTF-8. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * Concatenated texts in UTF-8 and the end of each: the content of Arrow's `Utf8`. Joining strings first, or making an
 * array of the bytes of each, takes several times as long. The fields are public for a loop that writes byte by byte
 * after `reserve`, from `size` on.
 */
class TextBuilder {
  bytes = Buffer.allocUnsafeSlow(64 * 1024);
  /** Ends of the texts, after a 0. */
  offsets = new Int32Array(1024);
  /** Bytes written, including the unfinished text. */
  size = 0;
  /** Number of complete texts. */
  count = 0;

  /** Makes room for this many more bytes. */
  reserve(more: number): void {
    if (this.size + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.size + more));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }

  /** Adds a whole text. */
  push(text: string): void {
    this.reserve(text.length * MOST_BYTES_PER_UNIT);
    this.size += this.bytes.write(text, this.size);
    this.end();
  }

  /** Adds a whole text, the bytes of `source` from `start` to `end`; returns its number. */
  pushBytes(source: Uint8Array, start: number, end: number): number {
    this.reserve(end - start);
    for (let at = start; at < end; at++) this.bytes[this.size++] = source[at] ?? 0;
    this.end();
    return this.count - 1;
  }

  /** Completes the unfinished text. */
  end(): void {
    if (this.count + 1 === this.offsets.length) {
      const larger = new Int32Array(this.offsets.length * 2);
      larger.set(this.offsets);
      this.offsets = larger;
    }
    this.offsets[++this.count] = this.size;
  }

  /** Forgets what was written but keeps the memory. */
  clear(): void {
    this.size = 0;
    this.count = 0;
  }
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/**
 * Numbers the distinct texts of a builder in the order of their first occurrence. Texts are compared as UTF-8,
 * because making a string of every occurrence takes several times as long as finding its number. Each distinct text
 * takes its bytes and some 50 more.
 */
export class DistinctTexts {
  /** Numbers of texts by hash or, if another text has that key, by the next free one. */
  readonly #numbers = new Map<number, number>();
  private readonly texts = new TextBuilder();

  /** The number of the text whose bytes `source` has from `start` to `end`. */
  add(source: Uint8Array, start: number, end: number): number {
    let hash = HASH_START;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (source[at] ?? 0), HASH_FACTOR);
    for (let key = hash; ; key++) {
      const number = this.#numbers.get(key);
      if (number === undefined) {
        this.#numbers.set(key, this.texts.count);
        return this.texts.pushBytes(source, start, end);
      }
      if (this.#isTextAt(number, source, start, end)) return number;
    }
  }

  /** Number of distinct texts. */
  get count(): number {
    return this.texts.count;
  }

  bytesOf(number: number): Buffer {
    const { bytes, offsets } = this.texts;
    return bytes.subarray(offsets[number], offsets[number + 1]);
  }

  #isTextAt(number: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes, offsets } = this.texts;
    const own = offsets[number] ?? 0;
    if ((offsets[number + 1] ?? 0) - own !== end - start) return false;
    for (let at = start; at < end; at++) {
      if (bytes[own + at - start] !== source[at]) return false;
    }
    return true;
  }
}

/**
 * Memory for the columns of one batch, reused for the next. Allocating it each time would cost page faults, and
 * garbage collections that go through everything that a load holds.
 */
export class ColumnMemory {
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

  /** Ends the use of everything taken. */
  release(): void {
    this.#used = 0;
  }
}

/** Each byte as part of a word; 0 if it is not part of one. All bytes above ASCII are: see `wordLists`. */
const WORD_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return byte;
  const letter = String.fromCharCode(byte).toLowerCase();
  return /[a-z0-9]/.test(letter) ? letter.charCodeAt(0) : 0;
});

/**
 * Separates the words of two list elements, so that a phrase cannot run from one author into the next. It is not a
 * word: `toWords` yields only letters and digits.
 */
const ELEMENT_MARK = '|';

/**
 * A column of the words of texts. They are split like in `toWords`, byte by byte: making a string of every word takes
 * several times as long, which would be half of the loading time.
 *
 * @param rows the texts of each row, whose words are separated by `ELEMENT_MARK`; null counts as none.
 * @returns a view of the scratch memory.
 */
export function wordLists(
  rows: readonly (readonly string[] | null)[],
  scratch = new ColumnMemory(),
): Data<List<Utf8>> {
  const [words, source] = [scratch.takeBuilder(), scratch.takeBuilder()];
  const ends = rows.map((elements) => {
    elements?.forEach((element, at) => {
      if (at > 0) words.push(ELEMENT_MARK);
      source.clear();
      source.push(element);
      // Only an ASCII text has as many bytes as units. Other texts are split and folded by `toWords`.
      if (source.size !== element.length) {
        source.clear();
        source.push(toWords(element).join(' '));
      }
      addWords(source, words);
    });
    return words.count;
  });
  return toLists(ends, words);
}

/** A single loop over local variables, because it handles every byte of every abstract. */
function addWords({ bytes: source, size }: TextBuilder, words: TextBuilder): void {
  words.reserve(size);
  const { bytes } = words;
  let [start, end] = [words.size, words.size];
  for (let at = 0; at <= size; at++) {
    const byte = at < size ? (WORD_BYTES[source[at] ?? 0] ?? 0) : 0;
    if (byte !== 0) {
      bytes[end++] = byte;
    } else if (end > start) {
      words.size = start = end;
      words.end();
    }
  }
}
