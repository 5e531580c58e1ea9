import type { Token } from './tokens.js';

// cspell:disable -- names, and words of other languages

/** Words that occur in names of institutions. */
const INSTITUTION_WORDS: ReadonlySet<string> = new Set(
  (
    'university univ universities université universite universität universitat universitaet universidad universidade università ' +
    'universita universiteit universitet uniwersytet institute institutes inst institut instituto istituto instituut ' +
    'laboratory laboratories laboratoire lab labs college school academy faculty department dept observatory observatoire ' +
    'observatorio hospital foundation polytechnic polytechnique politecnico politécnica école ecole corporation inc ltd gmbh'
  ).split(' '),
);
/** Institutions known by one word. */
const INSTITUTIONS: ReadonlySet<string> = new Set(
  (
    'mit cmu eth ethz epfl cern caltech stanford berkeley harvard princeton oxford cambridge yale cornell ucla ucsd ucsb ucsc uc ' +
    'ucl kcl kaist nus tsinghua ustc hkust cuhk sjtu zju inria cnrs cea nasa esa jpl desy slac fermilab bnl lbnl lbl lanl llnl ' +
    'ornl anl pnnl riken kek mpi mpia iap ens lmu tum kth tu ubc uiuc umd nyu upenn usc google deepmind openai microsoft facebook ' +
    'nvidia ibm baidu tencent alibaba huawei bytedance anthropic mila eso stsci nist triumf infn lip nikhef ipmu'
  ).split(' '),
);
// cspell:enable

/** Institutions whose names are everyday words next to other words: `(Meta)`, not `(Meta Learning)`. */
const INSTITUTIONS_ALONE: ReadonlySet<string> = new Set([
  'meta',
  'fair',
  'apple',
  'amazon',
  'columbia',
  'kit',
]);
/** A reference to a list of affiliations: `(1)`, `(2,3)`. */
const REFERENCE = /^\d{1,2}$/;
/** Begins with a capital, or is one of the small words that names contain. */
const WORD_OF_NAME =
  /^(?:\p{Lu}[\p{L}\p{M}\p{N}.'’&-]*|of|for|and|the|de|di|du|la|le|für|der|in|at|et|y|e|do|da|des|&|\d{4,6})$/u;
const MAX_WORDS = 12;
/** Roles that may follow a name in brackets: `(Eds.)`. */
const ROLES: ReadonlySet<string> = new Set(['ed', 'eds', 'editor', 'editors']);

/** Whether the word is an institution's acronym, which looks like initials: `by Jane Doe, MIT`. */
export function isInstitution({ lower }: Token): boolean {
  return INSTITUTIONS.has(lower);
}

/**
 * The token after the affiliation in round brackets that begins at `at`, such as `(MIT)` or `(Univ. of Oxford, UK)`;
 * `at` if there is none.
 */
export function skipAffiliation(tokens: readonly Token[], at: number): number {
  const words: Token[] = [];
  for (let place = at + 1; place <= at + 1 + MAX_WORDS; place++) {
    const token = tokens[place];
    if (token?.kind === 'close') return isAffiliation(words) ? place + 1 : at;
    if (token?.kind !== 'word') return at;
    words.push(token);
  }
  return at;
}

function isAffiliation(words: readonly Token[]): boolean {
  if (words.length === 0) return false;
  if (words.every(({ text, lower }) => REFERENCE.test(text) || ROLES.has(lower))) return true;
  if (!words.every(({ text }) => text === '' || WORD_OF_NAME.test(text))) return false;
  if (words.length === 1 && INSTITUTIONS_ALONE.has(words[0]?.lower ?? '')) return true;
  if (words[0]?.text === 'U' && words[1]?.lower === 'of') return true;
  return words.some(
    ({ lower }) => INSTITUTION_WORDS.has(lower) || lower.split('-').some((part) => INSTITUTIONS.has(part)),
  );
}
