import { v5 as toUuid } from 'uuid';
import type { FeedQuery } from '../generated/feed.js';

/** The contents of a feed of a search. It has no rank or score, so an entry is the same however it was found. */
export const FEED_DOCUMENT = /* GraphQL */ `
  query Feed($q: String, $filter: SearchFilter, $mode: SearchMode! = HYBRID, $interpret: Boolean! = true) {
    search(
      query: $q
      filter: $filter
      mode: $mode
      interpret: $interpret
      orderBy: { field: SUBMITTED }
      first: 50
    ) {
      nodes {
        paper {
          title
          abstract
          authors(first: 20) {
            name
          }
          categories {
            code
            name
          }
          submittedAt
          updatedAt
          url
        }
      }
    }
  }
`;

/** Where a feed is, and which search it shows. */
export interface FeedAddress {
  /** Origin of the server: `http://127.0.0.1:4000`. */
  origin: string;
  /** Path and query as requested: `/feed.atom?q=graphs`. */
  path: string;
  /** The query of the search; empty if there is none. */
  query: string;
  /** Path and query of the page with the same search, if the server has one. */
  page?: string | undefined;
}

type Papers = NonNullable<FeedQuery['search']>['nodes'];

/** A format, and a function that writes a feed in it. */
export interface FeedFormat {
  mediaType: string;
  write(address: FeedAddress, papers: Papers): Promise<string>;
}

/** Loads its 170 modules when the first feed is requested, not at every start. */
function loadFeedsmith() {
  return import('feedsmith');
}

/** https://www.rfc-editor.org/rfc/rfc4287 */
export const ATOM: FeedFormat = {
  mediaType: 'application/atom+xml; charset=utf-8',
  async write(address, papers) {
    const { generateAtomFeed } = await loadFeedsmith();
    const entries = papers.map(({ paper }) => toEntry(paper));
    return generateAtomFeed({
      id: `urn:uuid:${toUuid(address.origin.replace(/^https?:/, '') + address.path, toUuid.URL)}`,
      title: { value: toTitle(address), type: 'text' },
      updated: newest(entries),
      // Used for entries without authors.
      authors: [{ name: 'arXiv' }],
      links: [
        { rel: 'self', href: address.origin + address.path, type: 'application/atom+xml' },
        ...(address.page === undefined
          ? []
          : [{ rel: 'alternate', href: address.origin + address.page, type: 'text/html' }]),
      ],
      entries: entries.map(({ id, title, abstract, authors, categories, submitted, updated }) => ({
        id,
        title: { value: title, type: 'text' },
        summary: { value: abstract, type: 'text' },
        authors: authors.map((name) => ({ name })),
        categories: categories.map(({ code, name }) => ({ term: code, label: name })),
        published: submitted,
        updated,
        links: [{ rel: 'alternate', href: id, type: 'text/html' }],
      })),
    });
  },
};

/** https://www.jsonfeed.org/version/1.1/ */
export const JSON_FEED: FeedFormat = {
  mediaType: 'application/feed+json; charset=utf-8',
  async write(address, papers) {
    const { generateJsonFeed } = await loadFeedsmith();
    const feed = generateJsonFeed({
      title: toTitle(address),
      feed_url: address.origin + address.path,
      ...(address.page !== undefined && { home_page_url: address.origin + address.page }),
      items: papers
        .map(({ paper }) => toEntry(paper))
        .map(({ id, title, abstract, authors, categories, submitted, updated }) => ({
          id,
          url: id,
          title,
          content_text: abstract,
          date_published: submitted,
          date_modified: updated,
          authors: authors.map((name) => ({ name })),
          tags: categories.map(({ code }) => code),
        })),
    });
    // The library omits an empty list, which the format requires. The library returns an object.
    return JSON.stringify({ ...(feed as object), ...(papers.length === 0 && { items: [] }) });
  },
};

function toTitle({ query }: FeedAddress): string {
  return query === '' ? 'PaperQL: new papers' : `PaperQL: ${toText(query)}`;
}

/**
 * A paper as an entry of both formats. All of it comes from the record, and the id is the paper's address at arXiv.
 */
function toEntry({
  title,
  abstract,
  authors,
  categories,
  submittedAt,
  updatedAt,
  url,
}: Papers[number]['paper']) {
  const submitted = new Date(submittedAt ?? updatedAt ?? NO_TIME);
  const changed = new Date(updatedAt ?? submitted);
  return {
    id: url,
    title: toText(title),
    abstract: toText(abstract),
    authors: authors.map(({ name }) => toText(name)),
    categories,
    submitted,
    // The record has only the day of its change, which begins before a submission on that day.
    updated: changed > submitted ? changed : submitted,
  };
}

/** For entries without a date: the formats require one, and it must not change. */
const NO_TIME = 0;

/**
 * The time of the latest change of an entry. It does not depend on the clock, so a feed changes only when its papers
 * do.
 */
function newest(entries: readonly { updated: Date }[]): Date {
  return new Date(Math.max(NO_TIME, ...entries.map(({ updated }) => updated.getTime())));
}

/** Removes characters that XML 1.0 does not allow even if they are escaped: https://www.w3.org/TR/xml/#charsets */
function toText(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
}
