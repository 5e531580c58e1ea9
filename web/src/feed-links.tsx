import type { SearchFilter } from '@paperql/client';
import type { Mode } from './search-url.js';

/** The search whose newest papers are in a feed. */
interface Feed {
  query?: string;
  filter?: SearchFilter | null;
  mode?: Mode;
  isPlain?: boolean;
}

const FORMATS = [
  { path: '/feed.atom', type: 'application/atom+xml' },
  { path: '/feed.json', type: 'application/feed+json' },
];

/** Announces the page's feeds to feed readers. React moves the links to the head of the document. */
export function FeedLinks({ title, ...feed }: Feed & { title: string }) {
  const parameters = toParameters(feed);
  return FORMATS.map(({ path, type }) => (
    <link
      key={path}
      rel="alternate"
      type={type}
      title={title}
      href={parameters.size === 0 ? path : `${path}?${parameters}`}
    />
  ));
}

function toParameters({ query = '', filter, mode = 'HYBRID', isPlain = false }: Feed): URLSearchParams {
  return new URLSearchParams({
    ...(query !== '' && { q: query }),
    ...(filter && { filter: JSON.stringify(filter) }),
    ...(mode !== 'HYBRID' && { mode }),
    ...(isPlain && { interpret: 'false' }),
  });
}
