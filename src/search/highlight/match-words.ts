import { findWords, toTerm, toTerms } from '../../papers/words.js';

/** A run of text; the parts of a text joined are the text. */
export interface TextPart {
  text: string;
  isMatch: boolean;
}

/** The stems of a text's words without stop words: what keyword search compares, so what is marked is what was found by. */
export function toStems(text: string): Set<string> {
  return new Set(toTerms(text));
}

/** The text in parts, each word whose stem is among `stems` marked. */
export function markWords(text: string, stems: ReadonlySet<string>): TextPart[] {
  const parts: TextPart[] = [];
  const add = (part: string, isMatch: boolean) => {
    if (part !== '') parts.push({ text: part, isMatch });
  };
  let end = 0;
  const isAmong = (term: string | null) => term !== null && stems.has(term);
  for (const { words, start, length } of findWords(text)) {
    if (!words.some((word) => isAmong(toTerm(word)))) continue;
    add(text.slice(end, start), false);
    end = start + length;
    add(text.slice(start, end), true);
  }
  add(text.slice(end), false);
  return parts;
}

/** How many of `stems` stand in the text. */
export function countStems(text: string, stems: ReadonlySet<string>): number {
  const found = toStems(text);
  return [...stems].filter((each) => found.has(each)).length;
}
