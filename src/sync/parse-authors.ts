/** `[family, given, suffix]` of one author; a name of one word, or of a collaboration, is the family name. */
export type AuthorParts = [family: string, given: string, suffix: string];

const COLLABORATIVE = / (?:collaboration|group|team)/i;
/** What arXiv takes a collaboration's name to be made of: a hyphen or an accent begins it again. */
const PLAIN_RUN = /[a-z0-9 ]+/gi;
const COLLABORATION = /^.*. (?:collaboration|group|team)/i;
const ET_AL = /^et\.?\s+al\.?/i;
/** Where one name ends and the next begins. Read where white space is single spaces, as all patterns here. */
const SEPARATOR = /,? (?:and|&) |[,:]/;
/** A suffix that a comma has separated from its name. */
const LONE_SUFFIX = /^(?:jr\.?|sr\.?|i{2,3}|iv)$/i;
const PARTICLE = '(?:van|der|de|la|von|del|della|da|mac|ter|dem|di|vaziri)';
/** Given and family name, and a suffix; the first that fits counts. */
const PATTERNS = [
  new RegExp(`^(.*) (${PARTICLE} ${PARTICLE} [^ ]+)$`, 'i'),
  new RegExp(`^(.*) (${PARTICLE} [^ ]+)$`, 'i'),
  /^(.*) ([^ ]+) (I|II|III|IV|V|Sr\.?|Jr\.?)$/i,
  /^(.*) ([^ ]+)$/,
];

/**
 * The authors in the one string that `arXivRaw` has, told apart by the rules by which arXiv makes the `authors_parsed` of a
 * dump (https://github.com/arXiv/arxiv-base/tree/develop/arxiv/authors), so that the same paper gets the same names
 * from either. Affiliations, which stand in parentheses, are left out. TeX stays as it is.
 */
export function parseAuthors(line: string): AuthorParts[] {
  const blocks = withoutAffiliations(line.replace(/\s+/g, ' '));
  const names = joinSuffixes(blocks.flatMap((block) => block.split(SEPARATOR)))
    .map(spaceInitials)
    .filter((name) => name !== '' && !name.startsWith(']') && !ET_AL.test(name));
  // arXiv looks for collaborations until the first name that is none.
  const others = names.findIndex((name) => toCollaboration(name) === null);
  return names.map((name, at) => {
    const collaboration = at < others || others === -1 ? toCollaboration(name) : null;
    return collaboration === null ? toParts(name) : [collaboration, '', ''];
  });
}

/** What stands outside of parentheses. An affiliation ends the name before it; one that is not closed takes the rest. */
function withoutAffiliations(line: string): string[] {
  const blocks: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: bracket, index } of line.matchAll(/[()]/g)) {
    if (bracket === '(' && depth === 0) blocks.push(line.slice(from, index));
    // A bracket that nothing opened closes nothing.
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

/** A space after the dot of each initial, as arXiv writes it; a dot after a backslash is an accent. */
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
