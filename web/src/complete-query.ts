import type { SuggestionKind } from '@paperql/client';

/** The part of a query that is completed. */
export interface Completion {
  prefix: string;
  kinds: SuggestionKind[];
  /** Where this part begins; 0 if it is the whole query. */
  start: number;
}

const AUTHOR_AT_END = /(?:^|\s)(?:by\s+|au(?:thor)?:\s*"?)([\p{L}][\p{L}\p{M}.'’ -]*)$/iu;
const CATEGORY_AT_END = /(?:^|\s)(?:cat|category):\s*([\p{L}][\p{L}.-]*)$/iu;

/** After "by", only the author is completed, and after "cat:", only the category; otherwise, the whole query is. */
export function toCompletion(text: string): Completion | null {
  const author = AUTHOR_AT_END.exec(text);
  if (author?.[1]) return { prefix: author[1], kinds: ['AUTHOR'], start: text.length - author[1].length };
  const category = CATEGORY_AT_END.exec(text);
  if (category?.[1])
    return { prefix: category[1], kinds: ['CATEGORY'], start: text.length - category[1].length };
  const prefix = text.trim();
  if (prefix.length < 2 || prefix.length > 200) return null;
  return { prefix, kinds: ['AUTHOR', 'CATEGORY', 'TITLE'], start: 0 };
}
