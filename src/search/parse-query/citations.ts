import { endOf, POSSESSIVES, readNames, skipOthers, withRest, type Names } from './authors.js';
import { isAbbreviation, isInitials, isPartial, isShortened, readName } from './names.js';
import { readCitedYear } from './times.js';
import { isOthers, type Source, type Token } from './tokens.js';
import { SMALL_WORDS } from './words.js';
import type { Byline, NameReading, Read } from '../expression.js';

/** Verbs for what one paper does to another: `papers citing Vaswani et al.` are not by these authors. */
const REFERRING = new Set(
  (
    'cite cites cited citing extend extends extending follow follows improve improves improving outperform outperforms ' +
    'outperforming beat beats beating replicate replicating reproduce reproducing generalise generalising generalize generalizing'
  ).split(' '),
);
/** Maximum tokens of a name before "et al.". */
const MAX_CITED = 6;

/**
 * An author without "by": `Vaswani et al. 2017`, `(Vaswani et al., 2017)`. A full name before "et al.", or a name in
 * lower case, counts if the corpus has it; otherwise only the family name does. After a word that makes it part of a
 * sentence (`the model of Vaswani et al.`), it is text.
 *
 * @param isOperand whether it follows an operator.
 */
export function readCitation(source: Source, from: number, isOperand: boolean): Read | null {
  const { tokens } = source;
  const first = tokens[from];
  if (first?.kind !== 'word') return null;
  const previous = isOperand ? undefined : tokens[from - 1];
  if (previous?.kind === 'word' && previous.after === '' && isOfSentence(previous)) return null;
  const list = readCitedList(source, from);
  if (list) return withCitedYear(source, list, first.start);
  const others = findOthers(tokens, from);
  if (others === null) return null;
  const readings: NameReading[] = [];
  for (let at = from; at < others && !readings.at(-1)?.isCertain; at++) {
    const reading = readCitedName(source, at, others);
    if (reading) readings.push(reading);
    // The name begins at a later token.
    else if (at === from) return null;
  }
  const next = skipOthers(tokens, others);
  const end = endOf(tokens, next - 1);
  const draft: Byline = { kind: 'byline', authors: [{ readings, end, joining: 'and' }] };
  return withCitedYear(source, { draft, end, next }, first.start);
}

/** `Vaswani, A., Shazeer, N., et al.`: the initials make these names certain. */
function readCitedList(source: Source, from: number): Names | null {
  const [first, second] = [source.tokens[from], source.tokens[from + 1]];
  const given = first?.after === ',' ? second : first;
  const mayBegin = given && (isInitials(given) || isAbbreviation(given));
  const list = mayBegin ? readNames(source, from) : null;
  if (!list || list.draft.authors.length < 2 || !isOthers(source.tokens[list.next - 1])) return null;
  const areCertain = list.draft.authors.every(({ readings: [longest], joining }) => {
    return joining === 'and' && longest?.isCertain === true && /\p{Lu}\./u.test(longest.name);
  });
  return areCertain ? list : null;
}

function withCitedYear(source: Source, { draft, end, next }: Names, start: number): Read {
  const year = source.mayHaveTimes ? readCitedYear(source, next) : null;
  if (year?.draft.kind !== 'date') return { draft, start, end, next };
  return { draft: { ...draft, year: year.draft.range }, start, end: year.end, next: year.next };
}

function isOfSentence({ lower }: Token): boolean {
  return SMALL_WORDS.has(lower) || POSSESSIVES.has(lower) || REFERRING.has(lower);
}

/**
 * The name that all tokens up to "et al." form. It is certain if it is a family name, with or without initials.
 */
function readCitedName(source: Source, at: number, others: number): NameReading | null {
  const words = source.tokens.slice(at, others);
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return null;
  if (first.before === '[') words[0] = { ...first, before: '' };
  words[words.length - 1] = { ...(words.at(-1) ?? last), after: last.after.replace(/,$/, '') };
  const inner: Source = { ...source, tokens: words, isTitleCase: false, isTitleLike: false };
  const whole = readName(inner, 0)
    .map((reading) => withRest(inner, reading))
    .find(({ next }) => next === words.length);
  if (!whole) return null;
  const isFamilyName =
    words.filter((word, place) => !isPartial(word) && !isShortened(words, place)).length === 1;
  return { ...whole, start: first.start, next: others, isCertain: whole.isCertain && isFamilyName };
}

/** The token at which `et al.` begins, if a name from `from` on ends with it; else null. */
function findOthers(tokens: readonly Token[], from: number): number | null {
  for (let at = from + 1; at <= from + MAX_CITED; at++) {
    if (tokens[at]?.lower === 'et' && isOthers(tokens[at + 1])) return at;
    if (tokens[at]?.lower !== 'al' && isOthers(tokens[at])) return at;
  }
  return null;
}
