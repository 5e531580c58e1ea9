import { useState } from 'react';
import type { SearchPageQuery } from '@paperql/client';
import type { Search } from './search-url.js';

export type QueryPart = NonNullable<SearchPageQuery['search']>['interpretation']['parts'][number];

/** A condition of the search, and the search without it. */
export interface Condition {
  label: string;
  without: Search;
  /** Position in the query; absent if the condition was chosen rather than typed. */
  part?: QueryPart;
}

/** Every condition of the search: those read from the query, then those chosen. */
export function toConditions(search: Search, parts: readonly QueryPart[]): Condition[] {
  const without = (list: 'categories' | 'archives' | 'authors', value: string) => ({
    ...search,
    [list]: search[list].filter((each) => each !== value),
  });
  const { from, to } = search;
  const years =
    from === to
      ? String(from)
      : from === null
        ? `until ${to}`
        : to === null
          ? `since ${from}`
          : `${from}–${to}`;
  return [
    ...parts.map((part) => ({
      label: part.description,
      without: { ...search, query: part.queryWithout },
      part,
    })),
    ...search.categories.map((code) => ({ label: `category ${code}`, without: without('categories', code) })),
    ...search.archives.map((archive) => ({
      label: `archive ${archive}`,
      without: without('archives', archive),
    })),
    ...search.authors.map((name) => ({ label: `author ${name}`, without: without('authors', name) })),
    ...(from === null && to === null ? [] : [{ label: years, without: { ...search, from: null, to: null } }]),
  ];
}

interface ChipsProps {
  search: Search;
  conditions: readonly Condition[];
  onSearch: (search: Search) => void;
}

/** The conditions that were understood, each with controls to change or remove it. */
export function Chips({ search, conditions, onSearch }: ChipsProps) {
  const [edited, setEdited] = useState<number | null>(null);
  if (conditions.length === 0 && !search.isPlain) return null;
  const change = ({ start, end }: QueryPart, text: string) => {
    setEdited(null);
    onSearch({ ...search, query: `${search.query.slice(0, start)}${text}${search.query.slice(end)}`.trim() });
  };
  return (
    <ul className="chips" aria-label="Conditions of the search">
      {conditions.map(({ label, without, part }, at) => (
        <li key={`${at} ${label}`} className="chip">
          {part && edited === at ? (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                const text = new FormData(event.currentTarget).get('text');
                change(part, typeof text === 'string' ? text : '');
              }}
              onKeyDown={(event) => {
                if (event.key === 'Escape') setEdited(null);
              }}
            >
              <input
                name="text"
                aria-label={`Change ${label}`}
                defaultValue={part.text}
                size={part.text.length + 2}
                autoFocus
              />
              <button type="submit">Change</button>
            </form>
          ) : (
            <>
              {part ? (
                <button type="button" aria-label={`Change ${label}`} onClick={() => setEdited(at)}>
                  {label}
                </button>
              ) : (
                <span>{label}</span>
              )}
              <button type="button" aria-label={`Remove ${label}`} onClick={() => onSearch(without)}>
                ×
              </button>
            </>
          )}
        </li>
      ))}
      {conditions.some(({ part }) => part) && (
        <li>
          <button
            type="button"
            className="text-button"
            onClick={() => onSearch({ ...search, isPlain: true })}
          >
            Search for the whole query as text
          </button>
        </li>
      )}
      {search.isPlain && (
        <li className="chip">
          <span>whole query as text</span>
          <button
            type="button"
            aria-label="Read conditions from the query again"
            onClick={() => onSearch({ ...search, isPlain: false })}
          >
            ×
          </button>
        </li>
      )}
    </ul>
  );
}
