import { useState } from 'react';
import type { SearchFacetsQuery } from '@paperql/client';
import type { Search } from './search-url.js';
import { YearChart } from './year-chart.js';

type Bucket = NonNullable<NonNullable<SearchFacetsQuery['search']>['categories']>[number];
type ListName = 'categories' | 'archives' | 'authors';

interface FacetsProps {
  search: Search;
  facets: SearchFacetsQuery | undefined;
  onChange: (changes: Partial<Search>) => void;
}

/** Conditions that narrow the search. On narrow screens, a button opens them. */
export function Facets({ search, facets, onChange }: FacetsProps) {
  const [isOpen, setOpen] = useState(false);
  const toggle = (list: ListName, value: string) => {
    const values = search[list];
    onChange({
      [list]: values.includes(value) ? values.filter((each) => each !== value) : [...values, value],
    });
  };
  const years = facets?.years?.facets ?? [];
  const lists: [ListName, string, readonly Bucket[]][] = [
    ['categories', 'Category', facets?.search?.categories ?? []],
    ['archives', 'Archive', facets?.search?.archives ?? []],
    ['authors', 'Author', facets?.search?.authors ?? []],
  ];
  return (
    <aside className="facets" aria-label="Narrow the search">
      <button
        type="button"
        className="button facets-toggle"
        aria-expanded={isOpen}
        aria-controls="facet-groups"
        onClick={() => setOpen(!isOpen)}
      >
        Narrow the search
      </button>
      <div id="facet-groups" className={isOpen ? 'facet-groups open' : 'facet-groups'}>
        {years.length > 0 && (
          <section>
            <h2>Year</h2>
            <YearChart
              years={years}
              from={search.from}
              to={search.to}
              onChange={(from, to) => onChange({ from, to })}
            />
          </section>
        )}
        {lists.map(([list, name, buckets]) =>
          buckets.length === 0 ? null : (
            <fieldset key={list}>
              <legend>{name}</legend>
              {buckets.map(({ value, label, count }) => (
                <label key={value} className="facet">
                  <input
                    type="checkbox"
                    checked={search[list].includes(value)}
                    onChange={() => toggle(list, value)}
                  />
                  <span>{label}</span>
                  <span className="count">{count.toLocaleString('en')}</span>
                </label>
              ))}
            </fieldset>
          ),
        )}
      </div>
    </aside>
  );
}
