import { parse } from 'graphql';

/** The operations of a document, each with the comments before it. */
export function toTabs(document: string): { query: string }[] {
  let end = 0;
  return parse(document).definitions.map(({ loc }) => {
    const start = end;
    end = loc?.end ?? start;
    return { query: document.slice(start, end).trim() };
  });
}
