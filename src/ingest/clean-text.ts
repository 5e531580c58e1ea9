import { decodeHTMLStrict } from 'entities';
import { toUnicode } from './latex-text.js';

/**
 * Soft hyphens, zero-width spaces, byte order marks and signs that turn the direction of what follows, which nobody sees; and
 * control characters.
 */
// eslint-disable-next-line no-control-regex -- what no text holds
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** Half of a character, which clients in other languages cannot read. */
const HALF = /\p{Surrogate}/gu;
/** Quick to look for: few texts have characters of two halves. */
const SURROGATE = /[\ud800-\udfff]/;
/** White space that is no single space. Replacing those too takes ten times as long. */
const WIDE_SPACE = /[^\S ]\s*| \s+/gu;
const ENTITY = /&(?:[a-z][a-z0-9]{1,30}|#\d{1,7}|#x[\da-f]{1,6});/i;
/** An entity of an entity of an entity is the most that was seen. */
const MOST_ENCODED = 3;

/** ASCII in which nothing stands that cleaning looks for, words between single spaces: most names and titles. */
const CLEAN = /^[!-%(-,./0-9:-[\]^_a-z|]+(?:[ '-][!-%(-,./0-9:-[\]^_a-z|]+)*$/;

/** A text as it is stored: entities and LaTeX as Unicode (NFC), white space collapsed, mathematics as it is. */
export function cleanText(text: string | null | undefined): string {
  if (!text || CLEAN.test(text)) return text ?? '';
  return collapse(toUnicode(decodeEntities(text))).normalize('NFC');
}

/** White space as single spaces, none at the ends; nothing invisible. */
export function collapse(text: string): string {
  const whole = SURROGATE.test(text) ? text.replace(HALF, '') : text;
  return whole.replace(INVISIBLE, '').replace(WIDE_SPACE, ' ').trim();
}

/** HTML's character references as characters; what merely looks like one stays. */
export function decodeEntities(text: string): string {
  let decoded = text;
  for (let round = 0; round < MOST_ENCODED && decoded.includes('&') && ENTITY.test(decoded); round++) {
    decoded = decodeHTMLStrict(decoded);
  }
  return decoded;
}
