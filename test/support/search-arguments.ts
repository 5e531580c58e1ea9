import { buildSchema, coerceInputValue } from 'graphql';
import { readSchemaFiles } from '../../src/package-root.js';
import type { SearchArguments } from '../../src/search/search.js';

/** The type with everything optional. */
type Loose<T> = T extends Date | readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: Loose<T[Key]> }
    : T;
export type GivenSearchArguments = Loose<SearchArguments>;

const search = buildSchema(readSchemaFiles().join('\n')).getQueryType()?.getFields()['search'];

/** What the resolver of `search` receives for these arguments: they are completed by the schema's defaults. */
export function toSearchArguments(given: GivenSearchArguments): SearchArguments {
  const args = search?.args.flatMap(({ name, type, defaultValue }) => {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) return defaultValue === undefined ? [] : [[name, defaultValue]];
    return [[name, coerceInputValue(value, type)]];
  });
  // The schema guarantees this type.
  return Object.fromEntries(args ?? []) as SearchArguments;
}
