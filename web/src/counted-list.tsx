import { PageLink } from './links.js';

export interface CountedName {
  name: string;
  /** The view to link to; without it, the name is not a link. */
  to?: string;
  /** Number of papers. */
  count: number;
}

/** A list of names in a margin, each with its number of papers. */
export function CountedList({ names }: { names: readonly CountedName[] }) {
  return (
    <ul className="plain-list counted">
      {names.map(({ name, to, count }) => (
        <li key={to ?? name}>
          {to === undefined ? <span>{name}</span> : <PageLink to={to}>{name}</PageLink>}
          <span className="count">{count.toLocaleString('en')}</span>
        </li>
      ))}
    </ul>
  );
}
