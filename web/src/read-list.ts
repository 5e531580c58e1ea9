/** The papers in a file of references. */
export interface ReadList {
  /** arXiv identifiers without versions, each once, in the file's order. */
  ids: string[];
  /** Number of entries without one. */
  others: number;
}

const ID = String.raw`\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}`;
/** An identifier where it is announced as one: `arXiv:…`, `10.48550/arXiv.…`, `arxiv.org/abs/…`. */
const ANNOUNCED = new RegExp(String.raw`arxiv(?:[:.]\s*|\.org/(?:abs|pdf|html)/)(${ID})(?!\d)`, 'i');
const BARE = new RegExp(String.raw`^(${ID})(?:v\d+)?$`);

/**
 * Reads the arXiv identifiers in a BibTeX, RIS or CSL-JSON file. Abstracts and titles are not read, because they may mention
 * other papers.
 *
 * @returns the list, or a sentence about why the file cannot be read.
 */
export function readList(text: string): ReadList | string {
  const content = text.replace(/^\uFEFF/, '').trim();
  if (content === '') return 'The file is empty.';
  const entries = /^[[{]/.test(content)
    ? readJson(content)
    : /^TY {1,2}- /m.test(content)
      ? readRis(content)
      : /^\s*@\w+\s*\{/m.test(content)
        ? readBibtex(content)
        : 'The file is not BibTeX, RIS or CSL-JSON.';
  if (typeof entries === 'string') return entries;
  const found = entries.map(findId);
  return {
    ids: [...new Set(found.filter((id) => id !== null))],
    others: found.filter((id) => id === null).length,
  };
}

/** The values of one entry in which an identifier may be. */
type Entry = readonly string[];

function findId(values: Entry): string | null {
  for (const value of values) {
    const id = (BARE.exec(value.trim()) ?? ANNOUNCED.exec(value))?.[1];
    if (id !== undefined) return id;
  }
  return null;
}

function readJson(content: string): Entry[] | string {
  let items: unknown;
  try {
    items = JSON.parse(content);
  } catch {
    return 'The file is not valid JSON; it may be incomplete.';
  }
  const list: unknown[] = Array.isArray(items) ? items : [items];
  return list.every((item) => typeof item === 'object' && item !== null)
    ? list.map((item) => valuesOf(Object.entries(item)))
    : 'The file is JSON, but not CSL-JSON: a list of references.';
}

const FREE_TEXT = /^(?:title|abstract|keywords|author)$/i;

function valuesOf(fields: readonly (readonly [string, unknown])[]): string[] {
  return fields.flatMap(([name, value]) =>
    typeof value === 'string' && !FREE_TEXT.test(name) ? [value] : [],
  );
}

function readRis(content: string): Entry[] | string {
  const records = content.split(/^ER {1,2}-.*$/m);
  if (records.pop()?.trim()) return 'The file ends within a reference; it may be incomplete.';
  return records.map((record) =>
    Array.from(
      record.matchAll(/^(?!TI|T1|AB|N2|AU|A1|KW)[A-Z][A-Z0-9] {1,2}- (.*)$/gm),
      ([, value = '']) => value,
    ),
  );
}

/** Each entry ends where its braces do. */
function readBibtex(content: string): Entry[] | string {
  const entries: Entry[] = [];
  const start = /^\s*@(?!comment|string|preamble)\w+\s*\{/gim;
  while (start.exec(content)) {
    let depth = 1;
    let end = start.lastIndex;
    for (; depth > 0 && end < content.length; end++) {
      if (content[end] === '\\') end++;
      else if (content[end] === '{') depth++;
      else if (content[end] === '}') depth--;
    }
    if (depth > 0) return 'The file ends within a reference; it may be incomplete.';
    const fields = content.slice(start.lastIndex, end).matchAll(/,\s*([\w-]+)\s*=\s*[{"]*([^{}"]*)/g);
    entries.push(valuesOf(Array.from(fields, ([, name = '', value = '']) => [name, value])));
    start.lastIndex = end;
  }
  return entries;
}
