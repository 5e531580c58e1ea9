/** The parts of a text with LaTeX, found in one pass before anything is replaced. Positions are offsets. */
export interface Structure {
  /** Parts that must not change, formulas and environments: their ends by their beginnings. */
  fixed: ReadonlyMap<number, number>;
  /** Closing braces by their opening ones; unmatched braces are not included. */
  groups: ReadonlyMap<number, number>;
  /** Whether the position is in a URL, an e-mail address or a path, where tildes and hyphens are literal. */
  isInAddress: (at: number) => boolean;
}

/** Escapes come first, because an escaped dollar begins no formula and an escaped brace no group. */
const MARKS = /\\(?:begin|end)\{([a-zA-Z]+\*?)\}|\\[^]|[{}$]/g;
/** `$…$` or `$$…$$`. */
const DOLLARS = /\$\$[^$]+\$\$|\$(?:[^$\\]|\\[^])+\$/y;

export function findStructure(text: string): Structure {
  const fixed = new Map<number, number>();
  const groups = new Map<number, number>();
  const environments = text.includes('\\begin{') ? findEnvironments(text) : undefined;
  const closings = { ')': createSearch(text, '\\)'), ']': createSearch(text, '\\]') };
  const open: number[] = [];
  const fixedEnd = (mark: string, at: number): number | undefined => {
    if (mark.startsWith('$')) return endOfDollars(text, at);
    if (mark === '\\(') return closings[')'](at);
    if (mark === '\\[') return closings[']'](at);
    return environments?.get(at);
  };
  MARKS.lastIndex = 0;
  for (let found = MARKS.exec(text); found; found = MARKS.exec(text)) {
    const { 0: mark, index: at } = found;
    const end = fixedEnd(mark, at);
    if (end !== undefined) {
      fixed.set(at, end);
      MARKS.lastIndex = end;
    } else if (mark === '{') {
      open.push(at);
    } else if (mark === '}') {
      const start = open.pop();
      if (start !== undefined) groups.set(start, at);
    } else if (mark.length > 2) {
      // The braces of a lone \begin or \end are a group like any other.
      MARKS.lastIndex = at + mark.indexOf('{');
    }
  }
  return { fixed, groups, isInAddress: createAddresses(text) };
}

/**
 * Sums of money are not formulas: in "a $5 note and a $6 one", the second dollar follows a space and precedes a
 * digit.
 */
function endOfDollars(text: string, at: number): number | undefined {
  DOLLARS.lastIndex = at;
  const formula = DOLLARS.exec(text)?.[0];
  if (formula === undefined) return undefined;
  const end = at + formula.length;
  const isMoney = /^\$\d[^]*\s\$$/.test(formula) && /\d/.test(text.charAt(end));
  return isMoney ? undefined : end;
}

/** The end of the next closing, if any. If there is none, it is searched for only once. */
function createSearch(text: string, closing: string): (from: number) => number | undefined {
  let isThere = true;
  return (from) => {
    const at = isThere ? text.indexOf(closing, from + 2) : -1;
    isThere = at !== -1;
    return isThere ? at + closing.length : undefined;
  };
}

/** The ends of environments by their beginnings; those of the same name may be nested. */
function findEnvironments(text: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open = new Map<string, number[]>();
  for (const { 0: mark, 1: name = '', index } of text.matchAll(/\\(?:begin|end)\{([a-zA-Z]+\*?)\}/g)) {
    const starts = open.get(name) ?? [];
    open.set(name, starts);
    const start = mark.startsWith('\\b') ? void starts.push(index) : starts.pop();
    if (start !== undefined) ends.set(start, index + mark.length);
  }
  return ends;
}

/**
 * After white space or an opening bracket: a scheme, `www.`, a domain or a DOI with a path, a path, an e-mail
 * address. Everything up to the next white space belongs to it.
 */
const ADDRESS =
  /(?<![^\s({[<"'])(?:[a-z][a-z0-9+.-]*:\/\/|www\.|10\.\d{4,9}\/|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?\/|(?:~|\.{1,2})?\/[\w~.\\]|[\w.+~-]+@[\w-]+\.)\S*/gi;

function createAddresses(text: string): (at: number) => boolean {
  if (!text.includes('/') && !text.includes('@')) return () => false;
  const found = Array.from(text.matchAll(ADDRESS), ({ 0: address, index }) => ({
    start: index,
    end: index + address.length,
  }));
  return (at) => {
    let [low, high] = [0, found.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((found[middle]?.end ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return (found[low]?.start ?? Infinity) <= at;
  };
}
