import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import { SaxesParser } from 'saxes';
import { PublicError, startTestServer, type TestServer } from '../support/test-server.js';
import type { Hit, PaperStore, StoredPaper } from '../../src/store/store.js';

let server: TestServer;
let failure: Error | undefined;
/** Changes a record on its way from the store. */
let change: (paper: StoredPaper['payload']) => StoredPaper['payload'] = (payload) => payload;

/** Changes its score. */
let score = (given: number) => given;

function withChanges(store: PaperStore): PaperStore {
  return {
    ...store,
    async search(...asked) {
      if (failure) throw failure;
      const outcomes = await store.search(...asked);
      return outcomes.map((hits) => (Array.isArray(hits) ? hits.map(changeHit) : hits));
    },
  };
}

function changeHit(hit: Hit): Hit {
  return { ...hit, payload: change(hit.payload), score: hit.score === null ? null : score(hit.score) };
}

beforeAll(async () => {
  server = await startTestServer({ wrapStore: withChanges });
});
beforeEach(() => {
  failure = undefined;
  change = (payload) => payload;
  score = (given) => given;
  server.forgetCalls();
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
const toPath = (format: 'atom' | 'json', parameters: Record<string, string>) =>
  `/feed.${format}?${new URLSearchParams(parameters).toString()}`;

async function readAtom(path: string) {
  const response = await get(path);
  const text = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/atom+xml; charset=utf-8',
  ]);
  // A strict parser throws if the text is not well-formed XML.
  new SaxesParser({ xmlns: true }).write(text).close();
  return parseAtomFeed(text);
}

async function readJson(path: string) {
  const response = await get(path);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/feed+json; charset=utf-8',
  ]);
  return parseJsonFeed(await response.text());
}

describe('both formats', () => {
  const parameters = { q: 'neural networks', filter: '{"categories":{"in":["cs.CV"]}}' };

  test('list the same papers of a search, newest first, with the ids and dates of the records', async () => {
    const atom = await readAtom(toPath('atom', parameters));
    const json = await readJson(toPath('json', parameters));
    const { data } = await server.ask<{
      search: { nodes: { paper: { url: string; submittedAt: string } }[] };
    }>(
      `{ search(query: "neural networks", filter: { categories: { in: ["cs.CV"] } }, orderBy: { field: SUBMITTED }, first: 50) {
        nodes { paper { url submittedAt } } } }`,
    );
    const papers = data.search.nodes.map(({ paper }) => paper);
    expect(papers.length).toBeGreaterThan(5);
    expect(
      atom.entries?.map(({ id, published }) => ({ url: id, submittedAt: toInstant(published) })),
    ).toEqual(papers.map(({ url, submittedAt }) => ({ url, submittedAt: toInstant(submittedAt) })));
    expect(json.items?.map(({ id }) => id)).toEqual(papers.map(({ url }) => url));
    const dates = papers.map(({ submittedAt }) => submittedAt);
    expect(dates).toEqual([...dates].sort().reverse());
  });

  test('contain their own address and that of the page with the same search', async () => {
    const path = toPath('atom', parameters);
    const page = '/?q=neural+networks&category=cs.CV&order=newest';
    const atom = await readAtom(path);
    expect(atom.title).toMatchObject({ value: 'PaperQL: neural networks' });
    expect(atom.links).toEqual([
      expect.objectContaining({ rel: 'self', href: server.url + path }),
      expect.objectContaining({ rel: 'alternate', href: server.url + page }),
    ]);
    const json = await (await get(toPath('json', parameters))).json();
    expect(json).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      feed_url: server.url + toPath('json', parameters),
      home_page_url: server.url + page,
    });
  });

  test('contain title, abstract, authors and categories', async () => {
    const filter = '{"ids":["1706.03762"]}';
    const [entry] = (await readAtom(toPath('atom', { filter }))).entries ?? [];
    expect(entry).toMatchObject({
      id: 'https://arxiv.org/abs/1706.03762',
      title: { value: 'Attention Is All You Need' },
      summary: { value: expect.stringContaining('Transformer') as unknown },
      categories: [{ term: 'cs.CL', label: 'Computation and Language' }, { term: 'cs.LG' }],
    });
    expect(entry?.authors?.[0]).toEqual({ name: 'Ashish Vaswani' });
    expect(toInstant(entry?.updated)).toBe('2023-08-02T00:00:00.000Z');
    const [item] = (await readJson(toPath('json', { filter }))).items ?? [];
    expect(item).toMatchObject({
      url: 'https://arxiv.org/abs/1706.03762',
      title: 'Attention Is All You Need',
      content_text: expect.stringContaining('Transformer') as unknown,
      tags: ['cs.CL', 'cs.LG'],
    });
  });

  test('list the newest papers, at most 50, without parameters', async () => {
    const { items } = await readJson('/feed.json');
    expect(items).toHaveLength(50);
    expect((await readAtom('/feed.atom')).entries).toHaveLength(50);
  });

  test('list no papers if nothing is found', async () => {
    const nothing = { filter: '{"ids":[]}' };
    expect((await readJson(toPath('json', nothing))).items ?? []).toEqual([]);
    // The raw text, because the parser is lenient and the format requires the list.
    expect(await (await get(toPath('json', nothing))).json()).toMatchObject({ items: [] });
    expect((await readAtom(toPath('atom', nothing))).entries ?? []).toEqual([]);
  });

  test('escape markup in texts, and drop characters that XML does not allow', async () => {
    const hostile = '<script>alert(1)</script> & ]]> $a<b$ \u0000\u000B\uFFFE end';
    change = (payload) => ({ ...payload, title: hostile, abstract: hostile, authors: [hostile] });
    const [entry] = (await readAtom('/feed.atom')).entries ?? [];
    const shown = '<script>alert(1)</script> & ]]> $a<b$  end';
    expect(entry).toMatchObject({
      title: { value: shown },
      summary: { value: shown },
      authors: [{ name: shown }],
    });
  });
});

function toInstant(date: string | Date | undefined): string {
  return new Date(date ?? NaN).toISOString();
}

describe('a reader that has the feed', () => {
  test.each(['/feed.atom', toPath('json', { q: 'galaxies' })])('of %s gets a 304', async (path) => {
    const first = await get(path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
    for (const known of [etag, etag.replace('W/', ''), `"other", ${etag}`]) {
      const again = await get(path, { 'if-none-match': known });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('gets it again when a paper has changed, with the same ids and submission dates', async () => {
    const before = await get('/feed.json');
    change = (payload) => ({ ...payload, abstract: 'Revised.', update_date: '2026-11-01' });
    const after = await get('/feed.json', { 'if-none-match': before.headers.get('etag') ?? '' });
    expect(after.status).toBe(200);
    const [old, renewed] = [parseJsonFeed(await before.text()), parseJsonFeed(await after.text())];
    const stable = (feed: typeof old) =>
      feed.items?.map(({ id, date_published }) => [id, String(date_published)]);
    expect(stable(renewed)).toEqual(stable(old));
  });

  test('gets a 304 even if the ranking of the papers changes', async () => {
    const path = toPath('json', { q: 'galaxies' });
    const before = await get(path);
    score = (given) => 1 - given / 2;
    const after = await get(path, { 'if-none-match': before.headers.get('etag') ?? '' });
    expect(after.status).toBe(304);
  });
});

describe('requests that cannot be answered', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'a filter that is not JSON',
      { filter: '{categories' },
      'filter: this is not JSON; expected a SearchFilter such as',
    ],
    ['a filter that is not an object', { filter: '3' }, '"$filter" got invalid value 3'],
    ['an unknown field in a filter', { filter: '{"colour":"red"}' }, 'Field "colour" is not defined'],
    ['an invalid date', { filter: '{"submitted":{"gte":"soon"}}' }, '"filter.submitted.gte"'],
    ['an unknown mode', { mode: 'VIBES' }, '"$mode" got invalid value "VIBES"'],
    ['an invalid boolean', { interpret: 'perhaps' }, 'interpret: expected true or false'],
    [
      'an unknown parameter',
      { query: 'graphs' },
      'There is no parameter query; expected q, filter, mode or interpret',
    ],
    ['a query that is too long', { q: 'x'.repeat(10_001) }, '10000 characters'],
  ])('%s gets a 400 that names it', async (_what, parameters, message) => {
    const response = await get(toPath('atom', parameters));
    const { errors } = (await response.json()) as { errors: { message: string }[] };
    expect(errors.map((error) => error.message).join()).toContain(message);
    expect(response.status).toBe(400);
  });

  test('a repeated parameter gets a 400', async () => {
    const response = await get('/feed.json?q=a&q=b');
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('q: give q once'),
    ]);
  });

  test('a failing store causes a 503 that can be retried', async () => {
    failure = new PublicError('STORE_UNAVAILABLE', 'The store is away', { retryAfterMs: 7_000 });
    const response = await get('/feed.atom');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect(response.headers.get('etag')).toBeNull();
  });

  test('problems that only the operator can solve cause a 500 without details', async () => {
    failure = new Error('secret');
    const response = await get('/feed.atom');
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')]);
  });

  test('the limits on operations apply', async () => {
    const strict = await startTestServer({ environment: { MAX_COST: '1500' } });
    const response = await fetch(`${strict.url}/feed.atom`);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('at most 1500')]);
    await strict.close();
  });
});

test('a feed costs the same as its search: one embedding call, one store batch', async () => {
  await get(toPath('atom', { q: 'gravitational waves from binary mergers' }));
  expect(server.embedCalls).toEqual([['gravitational waves from binary mergers']]);
  expect(server.storeCalls.filter(([call]) => call === 'search')).toHaveLength(1);
});
