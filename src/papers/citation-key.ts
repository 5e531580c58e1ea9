import { TITLE_STOP_WORDS } from './stop-words.js';
import { fold, toNfc } from './words.js';

/** Number of words of the title in a key. */
const TITLE_WORDS = 4;

/**
 * `vaswani2023attentionneed`: the key name of the first author, the year of the newest version, and the first four
 * words of the title that are not stop words, all in ASCII. arXiv makes the same key (arxiv-browse,
 * `browse/formatting/cite.py`).
 *
 * @param keyName as in arXiv's `authors_parsed`; use `keyNameOf` if there is no such list.
 * @param title as its authors wrote it: arXiv keeps the names of LaTeX's macros.
 */
export function toCitationKey(keyName: string, year: string, title: string): string {
  const words = title.split(' ').filter((word) => !TITLE_STOP_WORDS.has(word.toLowerCase()));
  const name = alphanumeric(keyName) || 'unknown';
  return `${name}${year}${alphanumeric(words.slice(0, TITLE_WORDS).join(''))}`;
}

function alphanumeric(text: string): string {
  return fold(toNfc(text))
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

const PARTICLE = 'van|der|de|la|von|del|della|da|mac|ter|dem|di|vaziri';
/** It begins where its letters and digits begin: a pattern that tries each of them would take quadratic time. */
const COLLABORATION = /(?<![a-z0-9\s])[a-z0-9\s]+\s(?:collaboration|group|team)/i;
const SUFFIX = /\s+(?:i{1,3}|i?v|[sj]r\.?)$/i;
const WITH_PARTICLES = new RegExp(`\\s((?:(?:${PARTICLE})\\s)?(?:${PARTICLE})\\s\\S+)$`, 'i');

/**
 * The part of a name by which arXiv sorts it: the last word with at most two particles from a short list before it,
 * without a suffix. For a collaboration, the whole name, reduced to letters and digits (arxiv-base, `arxiv/authors`).
 */
export function keyNameOf(name: string): string {
  const collaboration = COLLABORATION.exec(name)?.[0];
  if (collaboration !== undefined) return collaboration.trim();
  const tidy = name
    .replace(/\.(?=\S)/g, '. ')
    .replace(/\s+/g, ' ')
    .trim();
  const particles = WITH_PARTICLES.exec(tidy)?.[1];
  if (particles !== undefined) return particles;
  const words = tidy.split(' ');
  const isSuffixed = words.length > 2 && SUFFIX.test(tidy);
  return words.at(isSuffixed ? -2 : -1) ?? '';
}
