import { ELEMENT_MARK } from './columns.js';
import {
  DistinctTexts,
  HASH_FACTOR,
  HASH_START,
  type PackedTexts,
  type Scratch,
  type TextBuilder,
} from './arrow.js';
import { toWords } from '../../papers/words.js';

/** The columns of a field whose words are searched, for a batch of rows. */
export interface WordColumns {
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
