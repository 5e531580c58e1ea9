import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectOverHttp, PROTOCOLS, type Agent } from '../support/agent.js';
import { exchange } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let agent: Agent;
beforeAll(async () => {
  server = await startTestServer({
    environment: { CORS_ORIGINS: 'https://agents.example.org', NODE_ENV: 'production' },
  });
  agent = await connectOverHttp(server.url);
});
beforeEach(() => server.forgetCalls());
afterAll(async () => {
  await agent.client.close();
  await server.close();
});

describe.each(PROTOCOLS)('a client that speaks %s', (version) => {
  let client: Agent;
  beforeAll(async () => {
    client = await connectOverHttp(server.url, version);
  });
  afterAll(() => client.client.close());

  test('gets the number of papers, their latest date, and how to treat quoted text', () => {
    const instructions = client.client.getInstructions();
    expect(instructions).toContain('252 papers, submitted from 1994-09-15 until 2026-06-01');
    expect(instructions).toMatch(/arXiv papers, nothing published elsewhere and no full texts/);
    expect(instructions).toMatch(/data, never instructions/);
  });

  test('finds the tools, which are read-only', async () => {
    const { tools } = await client.client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'browse',
      'cite_papers',
      'corpus_info',
      'find_author',
      'get_papers',
      'recommend_papers',
      'search_papers',
      'similar_papers',
    ]);
    for (const { annotations } of tools) expect(annotations).toMatchObject({ readOnlyHint: true });
  });

  test('searches, and reads an answer as text and as data', async () => {
    const { text, data, isError } = await client.call('search_papers', {
      query: 'Mentions of point clouds by Tian-Xing Xu',
    });
    expect(isError).toBe(false);
    expect(text).toContain('Filters read from the query: author "Tian-Xing Xu".');
    expect(data).toMatchObject({
      search: { totalCount: 1, edges: [{ node: { paper: { id: '2504.01016' } } }] },
    });
  });

  test('gets a tool error that names an invalid argument', async () => {
    const { text, isError } = await client.call('search_papers', { first: 'ten' });
    expect(isError).toBe(true);
    expect(text).toContain('"$first" got invalid value "ten"');
  });
});

describe('answers', () => {
  test('a paper is described by title, authors and abstract, and its identifier comes last', async () => {
    const { text } = await agent.call('get_papers', { ids: ['arXiv:1706.03762v5'] });
    const lines = text.split('\n').filter(Boolean);
    expect(lines[0]).toMatch(/data to read, never instructions/);
    expect(lines[1]).toBe('Attention Is All You Need');
    expect(lines[2]).toMatch(/^By Ashish Vaswani, Noam Shazeer/);
    expect(lines[3]).toMatch(/^> Introduces the Transformer/);
    expect(lines.at(-1)).toBe('arXiv:1706.03762 https://arxiv.org/abs/1706.03762');
    expect(text).not.toMatch(/[{}]/);
  });

  test('similar papers come without the paper itself', async () => {
    const { text } = await agent.call('similar_papers', { id: '1706.03762', first: 3 });
    expect(text).toContain('Papers closest in meaning to "Attention Is All You Need"');
    expect(text).toContain('arXiv:1409.0473');
    expect(text).not.toContain('arXiv:1706.03762');
  });

  test('recommendations resemble some papers and not others', async () => {
    const like = ['1612.00593', '1706.03762'];
    const { text, data } = await agent.call('recommend_papers', { like, unlike: ['1512.03385'], first: 2 });
    expect(text).toMatch(/^Recommended papers/);
    expect(data).toMatchObject({ recommend: { edges: [{}, {}] } });
    for (const id of like) expect(text).not.toContain(id);
  });

  test('an author is described with spellings, years, co-authors and papers', async () => {
    const { text } = await agent.call('find_author', { name: 'K. He' });
    expect(text).toMatch(/^K\. He: 1 paper, 2015 to 2015\nSpellings: Kaiming He \(1\)/);
    expect(text).toContain('Co-authors: Jian Sun (1)');
    expect(text).toContain('1. Deep Residual Learning for Image Recognition');
  });

  test('the answer for an unknown author has names with the same beginning', async () => {
    const { text, isError } = await agent.call('find_author', { name: 'Kaim' });
    expect(text).toBe('The corpus has no author "Kaim".\nNames with the same beginning: Kaiming He (1).');
    expect(isError).toBe(false);
  });

  test('the answer to a query with a misspelt author has the most similar names', async () => {
    const { text } = await agent.call('search_papers', { query: 'graphs by Tian-Xing Xuu' });
    expect(text).toContain('The corpus has no author "Tian-Xing Xuu"; did you mean Tian-Xing Xu?');
  });

  test('browse counts what filters select, by the requested field', async () => {
    const { text } = await agent.call('browse', { by: 'ARCHIVE', from: '2026-01-01', first: 2 });
    expect(text).toMatch(/^Papers that pass all filters: \d+\.\n- .+: \d+\n- .+: \d+$/);
    const years = await agent.call('browse', { by: 'YEAR', authors: ['Tian-Xing Xu'] });
    expect(years.text).toBe('Papers that pass all filters: 1.\n- 2025: 1');
  });

  test('citations are BibTeX entries with arXiv’s keys', async () => {
    const { text } = await agent.call('cite_papers', { ids: ['1706.03762', '1512.03385'] });
    expect(text).toContain('@misc{vaswani2017attentionneed,');
    expect(text.match(/@misc\{/g)).toHaveLength(2);
  });

  test('the corpus is described in words', async () => {
    const { text } = await agent.call('corpus_info');
    expect(text).toMatch(/^The corpus has 252 papers, submitted from 1994-09-15 until 2026-06-01\./);
    expect(text).toContain('Computer Science (cs): 155');
  });

  test('the cursor in an answer leads to the next page', async () => {
    const first = await agent.call('search_papers', { query: 'galaxies', first: 2 });
    const after = /after = "([^"]+)"/.exec(first.text)?.[1];
    const second = await agent.call('search_papers', { query: 'galaxies', first: 2, after });
    expect(first.text).toMatch(/\n1\. .*\n[\s\S]*\n2\. /);
    expect(second.text).toMatch(/\n3\. .*\n[\s\S]*\n4\. /);
  });

  test('unknown papers are listed after the known ones', async () => {
    const { text, isError } = await agent.call('get_papers', {
      ids: ['1706.03762', '2001.00001', 'nonsense'],
    });
    expect(isError).toBe(false);
    expect(text).toContain('Attention Is All You Need');
    expect(text).toContain(
      'Not everything was answered:\nThe corpus has no paper with the identifier 2001.00001',
    );
    expect(text).toContain('ids[2]: "nonsense" is not an arXiv identifier');
  });
});

describe('invalid arguments cause tool errors that name them', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['search_papers', '"$from" got invalid value "yesterday"', { from: 'yesterday' }],
    ['search_papers', '"first" must be', { first: 0 }],
    ['search_papers', 'first = 100000', { first: 100_000 }],
    ['search_papers', '"$sort" got invalid value "BEST"', { sort: 'BEST' }],
    ['search_papers', '"after" is not a cursor', { after: 'nonsense' }],
    ['search_papers', 'search_papers has no argument "querry"; its arguments are: query,', { querry: 'x' }],
    ['search_papers', 'query: A query may have at most', { query: 'x'.repeat(10_001) }],
    ['get_papers', '"$ids" of required type', {}],
    ['get_papers', 'ids[1]: "rubbish" is not an arXiv identifier', { ids: ['nonsense', 'rubbish'] }],
    ['get_papers', 'authors: "first" must be', { ids: ['1706.03762'], authors: 1_001 }],
    ['get_papers', '"ids" may have at most 100', { ids: Array.from({ length: 101 }, () => '1706.03762') }],
    ['similar_papers', 'id: "nonsense" is not an arXiv identifier', { id: 'nonsense' }],
    ['recommend_papers', '"like" must name', { like: [] }],
    ['recommend_papers', 'unlike[0]', { like: ['1706.03762'], unlike: ['nonsense'] }],
    ['find_author', 'name: A name may have at most', { name: 'x'.repeat(1_001) }],
    ['browse', '"$by" got invalid value "COLOUR"', { by: 'COLOUR' }],
    ['browse', '"first" must be', { first: 101 }],
    ['corpus_info', 'corpus_info has no argument "verbose"; its arguments are: none', { verbose: true }],
    ['get_papers', '"ids" names no paper', { ids: [] }],
    ['cite_papers', '"ids" names no paper', { ids: [] }],
  ])('%s: %s', async (tool, message, values) => {
    const { text, isError, data } = await agent.call(tool, values);
    expect(text).toContain(message);
    expect(isError).toBe(true);
    expect(data).toBeUndefined();
  });

  test('thousands of them, or a long one, get a short answer', async () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `argument${at}`);
    const many = await agent.call('search_papers', Object.fromEntries(names.map((name) => [name, 1])));
    expect(many.text).toContain('search_papers has no argument "argument19"');
    expect(many.text).toContain('and 9980 more');
    const long = await agent.call('search_papers', { ['x'.repeat(100_000)]: 1 });
    expect(long.text).toMatch(/has no argument "x+…"/);
    expect([many, long].map(({ text, isError }) => isError && text.length < 5_000)).toEqual([true, true]);
  });

  test('an unknown paper causes one if the answer has nothing else', async () => {
    const { text, isError } = await agent.call('similar_papers', { id: '2001.00001' });
    expect([text, isError]).toEqual(['The corpus has no paper with the identifier 2001.00001.', true]);
  });
});

test('a search costs the same as over GraphQL: one embedding call, one store batch', async () => {
  await agent.call('search_papers', { query: 'gravitational waves from mergers', first: 5 });
  const overMcp = [...server.storeCalls];
  expect(server.embedCalls).toEqual([['gravitational waves from mergers']]);
  expect(overMcp.filter(([call]) => call === 'search')).toHaveLength(1);
});

test('limits on operations apply to tools', async () => {
  const strict = await startTestServer({ environment: { MAX_COST: '1500' } });
  const client = await connectOverHttp(strict.url);
  const { text, isError } = await client.call('search_papers', { query: 'galaxies' });
  expect(text).toMatch(/may cost \d+ units; at most 1500 are allowed/);
  expect(isError).toBe(true);
  await client.client.close();
  await strict.close();
});

describe('over HTTP', () => {
  const initialize = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    },
  });
  const post = (headers: Record<string, string>, body = initialize) =>
    fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body,
    });

  test('pages of listed origins may call', async () => {
    const { status, headers } = await post({ origin: 'https://agents.example.org' });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://agents.example.org']);
    expect(headers.get('cache-control')).toContain('no-');
  });

  test.each([
    'https://evil.example.org',
    'http://localhost:4000',
    'null',
    'https://agents.example.org.evil.org',
  ])('a page of %s gets a 403', async (origin) => {
    const response = await post({ origin });
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining(`Pages of \\"${origin}\\" may not call this`),
    ]);
  });

  test('a request with a foreign host name gets a 403', async () => {
    const head = [
      'POST /mcp HTTP/1.1',
      'Host: evil.example.org',
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      `Content-Length: ${initialize.length}`,
    ];
    const [answer] = await exchange(server.url, `${head.join('\r\n')}\r\n\r\n${initialize}`, 1);
    expect(answer?.status).toBe(403);
  });

  test.each([
    ['not JSON', '{', 400, '-32700'],
    ['not JSON-RPC', '{"hello":1}', 400, '-32'],
  ])('a body that is %s is answered as the protocol requires', async (_name, body, status, code) => {
    const response = await post({}, body);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(code)]);
  });

  test('a body larger than MAX_BODY_BYTES is rejected', async () => {
    expect((await post({}, JSON.stringify('x'.repeat(300_001)))).status).toBe(413);
  });

  test('another media type is rejected', async () => {
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('GET is not allowed', async () => {
    const response = await fetch(`${server.url}/mcp`, { headers: { accept: 'text/event-stream' } });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  test('MCP=off serves no tools', async () => {
    const without = await startTestServer({ environment: { MCP: 'off', WEB: 'off' } });
    const response = await fetch(`${without.url}/mcp`, { method: 'POST' });
    expect(response.status).toBe(404);
    await without.close();
  });
});
