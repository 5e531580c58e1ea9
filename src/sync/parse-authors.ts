/** `[family, given, suffix]` of one author; a name of one word, or of a collaboration, is the family name. */
export type AuthorParts = [family: string, given: string, suffix: string];

const COLLABORATIVE = / (?:collaboration|group|team)/i;
/** Characters of a collaboration's name for arXiv: a hyphen or an accent starts the name again. */
const PLAIN_RUN = /[a-z0-9 ]+/gi;
const COLLABORATION = /^.*. (?:collaboration|group|team)/i;
const ET_AL = /^et\.?\s+al\.?/i;
/** Separates two names. Like all patterns here, it expects single spaces. */
const SEPARATOR = /,? (?:and|&) |[,:]/;
/** A suffix that a comma has separated from its name. */
const LONE_SUFFIX = /^(?:jr\.?|sr\.?|i{2,3}|iv)$/i;
const PARTICLE = '(?:van|der|de|la|von|del|della|da|mac|ter|dem|di|vaziri)';
/** Given name, family name and suffix; the first matching pattern counts. */
const PATTERNS = [
  new RegExp(`^(.*) (${PARTICLE} ${PARTICLE} [^ ]+)$`, 'i'),
  new RegExp(`^(.*) (${PARTICLE} [^ ]+)$`, 'i'),
  /^(.*) ([^ ]+) (I|II|III|IV|V|Sr\.?|Jr\.?)$/i,
  /^(.*) ([^ ]+)$/,
];

/**
 * Splits the authors in the single string of `arXivRaw` by the rules with which arXiv creates the `authors_parsed` of
 * a dump (https://github.com/arXiv/arxiv-base/tree/develop/arxiv/authors), so that a paper gets the same names from
 * both. Affiliations, which are in parentheses, are left out. TeX stays as it is.
 */
export function parseAuthors(line: string): AuthorParts[] {
  const blocks = withoutAffiliations(line.replace(/\s+/g, ' '));
  const names = joinSuffixes(blocks.flatMap((block) => block.split(SEPARATOR)))
    .map(spaceInitials)
    .filter((name) => name !== '' && !name.startsWith(']') && !ET_AL.test(name));
  // arXiv looks for collaborations up to the first name that is not one.
  const others = names.findIndex((name) => toCollaboration(name) === null);
  return names.map((name, at) => {
    const collaboration = at < others || others === -1 ? toCollaboration(name) : null;
    return collaboration === null ? toParts(name) : [collaboration, '', ''];
  });
}

/** The text outside parentheses. An affiliation ends the name before it; an unclosed one takes the rest. */
function withoutAffiliations(line: string): string[] {
  const blocks: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: bracket, index } of line.matchAll(/[()]/g)) {
    if (bracket === '(' && depth === 0) blocks.push(line.slice(from, index));
    // An unmatched closing bracket closes nothing.
    if (bracket === ')' && depth === 0) continue;
    depth += bracket === '(' ? 1 : -1;
    if (depth === 0) from = index + 1;
  }
  if (depth === 0) blocks.push(line.slice(from));
  return blocks;
}

function joinSuffixes(names: readonly string[]): string[] {
  const joined: string[] = [];
  for (const name of names.map((each) => each.trim())) {
    const last = joined.length - 1;
    if (LONE_SUFFIX.test(name) && last >= 0) joined[last] = `${joined[last] ?? ''} ${name}`;
    else joined.push(name);
  }
  return joined;
}

/** Adds a space after the dot of each initial, as arXiv does; a dot after a backslash is an accent. */
function spaceInitials(name: string): string {
  return name.replace(/(?<!\\)\.(?=[^ ])/g, '. ');
}

function toCollaboration(name: string): string | null {
  if (!COLLABORATIVE.test(name)) return null;
  for (const [run] of name.matchAll(PLAIN_RUN)) {
    const found = COLLABORATION.exec(run);
    if (found) return found[0].trim();
  }
  return null;
}

function toParts(name: string): AuthorParts {
  for (const pattern of PATTERNS) {
    const [, given, family, suffix = ''] = pattern.exec(name) ?? [];
    if (given !== undefined && family !== undefined) return [family, given, suffix];
  }
  return [name, '', ''];
}
