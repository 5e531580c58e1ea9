import { stem } from 'porter2';
import { STOP_WORDS } from './stop-words.js';
import { findWords, toWords } from '../../papers/words.js';

/** A run of text; the parts of a text joined are the text. */
export interface TextPart {
  text: string;
  isMatch: boolean;
}

/**
 * The stems of a text's words without stop words. Both stores reduce English words to stems by the same algorithm
 * (Snowball English, "Porter 2") and fold accents, so what is marked is what they match by.
 */
export function toStems(text: string): Set<string> {
  return new Set(
    toWords(text)
      .filter((word) => !STOP_WORDS.has(word))
      .map(stem),
  );
}

/** The text in parts, each word whose stem is among `stems` marked. */
export function markWords(text: string, stems: ReadonlySet<string>): TextPart[] {
  const parts: TextPart[] = [];
  const add = (part: string, isMatch: boolean) => {
    if (part !== '') parts.push({ text: part, isMatch });
  };
  let end = 0;
  for (const { word, start, length } of findWords(text)) {
    if (!stems.has(stem(word))) continue;
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
