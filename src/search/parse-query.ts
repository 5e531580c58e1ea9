/** A query taken apart: what is left to embed, and the authors named by "by …". */
export interface ParsedQuery {
  text: string;
  authors: string[];
}

/** A word of a name: begins with a capital, or is of a script without capitals (`张伟`). */
const NAME_WORD = String.raw`(?:\p{Lu}|\p{Lo})[\p{L}\p{M}'’.\-‐‑]*`;
/** Words of names that are written small; they stand in front of another word of the name. */
const PARTICLE = String.raw`(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten|zu|'t)`;
const NAME = `(?:${PARTICLE} +)*${NAME_WORD}(?: +(?:${PARTICLE} +)*${NAME_WORD})*`;
const SEPARATOR = String.raw`(?: *, *and +| +and +| *& *| *, *)`;
const BY_AUTHORS = new RegExp(
  String.raw`(?<![\p{L}\p{N}\-‐‑])[Bb]y +(?<names>${NAME}(?:${SEPARATOR}(?:by +)?${NAME})*)(?![\p{L}\p{N}])`,
  'gu',
);
const NAME_SEPARATOR = new RegExp(String.raw`${SEPARATOR}(?:by +)?`, 'u');

/**
 * Reads authors from a query: "by" as a word of its own, followed by one or more names, joined by commas or "and".
 * "nearby galaxies" and "learning by example" name nobody. The text keeps the order of what is left, white space
 * collapsed. Never throws.
 */
export function parseQuery(query: string): ParsedQuery {
  const collapsed = collapse(query);
  const authors: string[] = [];
  const text = collapsed.replace(BY_AUTHORS, (_match, names: string) => {
    authors.push(...names.split(NAME_SEPARATOR).map(trimName));
    return ' ';
  });
  return { text: tidy(text), authors: [...new Set(authors)] };
}

/** The query as it is, for `interpret: false`. */
export function uninterpreted(query: string): ParsedQuery {
  return { text: collapse(query), authors: [] };
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** A full stop behind the last word ends the sentence, behind an initial it belongs to the name. */
function trimName(name: string): string {
  return name.replace(/(?<=\p{L}{2})\.$/u, '').replace(/['’\-‐‑]+$/u, '');
}

/** What remains around a name that was taken out: no doubled or dangling punctuation. */
function tidy(text: string): string {
  return collapse(text.replace(/ +([,;:.?!])/gu, '$1'))
    .replace(/^[,;:.?!]+ *|[,;:]+$/gu, '')
    .trim();
}
