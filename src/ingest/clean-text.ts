import { decodeHTMLStrict } from 'entities';
import { toUnicode } from './latex-text.js';
import { toNfc } from '../papers/words.js';

/**
 * Invisible characters: soft hyphens, zero-width spaces, byte order marks, signs that change the writing direction,
 * and control characters.
 */
// eslint-disable-next-line no-control-regex -- what no text holds
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** Half of a surrogate pair, which clients in other languages cannot read. */
const HALF = /\p{Surrogate}/gu;
/** A quick test, because few texts contain surrogates. */
const SURROGATE = /[\ud800-\udfff]/;
/** White space other than single spaces. Replacing those, too, takes ten times as long. */
const WIDE_SPACE = /[^\S ]\s*| \s+/gu;
const ENTITY = /&(?:[a-z][a-z0-9]{1,30}|#\d{1,7}|#x[\da-f]{1,6});/i;
/** At most three levels of encoding have been seen: an entity of an entity of an entity. */
const MOST_ENCODED = 3;

/** ASCII without anything to clean, words separated by single spaces: most names and titles. */
const CLEAN = /^[!-%(-,./0-9:-[\]^_a-z|]+(?:[ '-][!-%(-,./0-9:-[\]^_a-z|]+)*$/;

/** A text in its stored form: entities and LaTeX as Unicode (NFC), white space collapsed, mathematics unchanged. */
export function cleanText(text: string | null | undefined): string {
  if (!text || CLEAN.test(text)) return text ?? '';
  return toNfc(collapse(toUnicode(decodeEntities(text))));
}

/** Collapses white space to single spaces, trims it, and removes invisible characters. */
export function collapse(text: string): string {
  const whole = SURROGATE.test(text) ? text.replace(HALF, '') : text;
  return whole.replace(INVISIBLE, '').replace(WIDE_SPACE, ' ').trim();
}

/** Decodes HTML's character references; text that only looks like one stays. */
export function decodeEntities(text: string): string {
  let decoded = text;
  for (let round = 0; round < MOST_ENCODED && decoded.includes('&') && ENTITY.test(decoded); round++) {
    decoded = decodeHTMLStrict(decoded);
  }
  return decoded;
}
