import asciiFolder from 'fold-to-ascii';

const WORD = /[\p{Alphabetic}\p{N}]+/gu;
const ASCII_WORD = /[a-z0-9]+/g;
const ASCII_ONLY = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex -- the ASCII range itself

/** Marks that follow one another and that no writing system needs; https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format. */
const MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * The text in Unicode NFC, runs of combining marks cut at 30: bringing longer ones into order takes time that grows with
 * the square of their length.
 */
function toNfc(text: string): string {
  return text.replace(MARKS, '$1').normalize('NFC');
}

/**
 * The words of a text as a Qdrant text index sees them (tokenizer `word`, lower case, ASCII folding):
 * maximal runs of letters and digits, in order, repeats kept. Text is taken in Unicode NFC.
 * `C++` is the word `c`; unbroken Chinese text is one word.
 */
export function toWords(text: string): string[] {
  // Most texts: a fifth of the time, which counts when millions are loaded.
  if (ASCII_ONLY.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  const words = toNfc(text).match(WORD) ?? [];
  return words.map((word) => fold(word).toLowerCase());
}

/** The words of a text as `toWords` gives them, with their places in it (which must be in NFC). */
export function* findWords(text: string): Generator<{ word: string; start: number; length: number }> {
  for (const { 0: written, index } of text.matchAll(WORD)) {
    yield { word: fold(written).toLowerCase(), start: index, length: written.length };
  }
}

/** Letters without accents and ligatures (`é` → `e`, `ø` → `o`, `æ` → `ae`); other scripts stay as they are. */
export function fold(text: string): string {
  return ASCII_ONLY.test(text) ? text : asciiFolder.foldMaintaining(text);
}
