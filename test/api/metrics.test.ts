import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecret, hashSecret, type ApiKey } from '../../src/access/keys.js';
import { FEED_DOCUMENT } from '../../src/feeds/feed.js';
import { packagePath } from '../../src/package-root.js';
import { OWN_OPERATIONS } from '../../src/telemetry/metrics.js';
import { findFreePort } from '../support/free-port.js';
import { PublicError, startTestServer, type TestServer } from '../support/test-server.js';

let folder: string;
let server: TestServer;
let metricsUrl: string;
let isEmbedderAway = false;
const secrets = { read: createSecret(), admin: createSecret() };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-metrics-'));
  const file = path.join(folder, 'keys.json');
  const keys = (['read', 'admin'] as const).map((scope): ApiKey => {
    const sha256 = hashSecret(secrets[scope]).toString('hex');
    return { name: scope, scope, sha256, createdAt: new Date().toISOString() };
  });
  await writeFile(file, JSON.stringify({ version: 1, keys }));
  const port = await findFreePort();
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  server = await startTestServer({
    environment: { API_KEYS_FILE: file, METRICS: 'on', METRICS_PORT: String(port) },
    wrapEmbedder: (embedder) => ({
      ...embedder,
      embed: (...asked) =>
        isEmbedderAway
          ? Promise.reject(new PublicError('EMBEDDING_UNAVAILABLE', 'It is away'))
          : embedder.embed(...asked),
    }),
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** The value of a sample, as Prometheus would read it; 0 if there is none. */
async function read(sample: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  return Number(line?.split(' ')[1] ?? 0);
}

/** How much samples increase during an action. */
async function growth(samples: readonly string[], run: () => Promise<unknown>): Promise<number[]> {
  const before = await Promise.all(samples.map(read));
  await run();
  const after = await Promise.all(samples.map(read));
  return after.map((value, at) => value - (before[at] ?? 0));
}

describe('metrics count', () => {
  test('requests by route, operations by name, calls to store and embedder, and the embedding cache', async () => {
    const query = 'query SearchPapers { search(query: "point clouds", first: 2) { nodes { rank } } }';
    const samples = [
      'paperql_http_requests_total{route="/graphql",method="POST",status="200"}',
      'paperql_operation_seconds_count{operation="SearchPapers",outcome="ok"}',
      'paperql_operation_cost_units_count',
      'paperql_store_call_seconds_count{call="search",outcome="ok"}',
      'paperql_batch_size_sum{of="search"}',
      'paperql_embedder_call_seconds_count{outcome="ok"}',
      'paperql_batch_size_sum{of="embedder"}',
      'paperql_embedding_lookups_total{result="miss"}',
      'paperql_embedding_lookups_total{result="hit"}',
    ];
    // A hybrid search requests two rankings in one call.
    expect(await growth(samples, () => server.ask(query))).toEqual([1, 1, 1, 1, 2, 1, 1, 1, 0]);
    expect(await growth(samples, () => server.ask(query))).toEqual([1, 1, 1, 1, 2, 0, 0, 0, 1]);
  });

  test('rejected requests by their code, whatever their route', async () => {
    const refused = async () => {
      await server.ask('{ search(first: 0) { totalCount } }');
      await server.ask('{ nothing }');
      await fetch(`${server.url}/feed.atom?what=ever`);
      await fetch(`${server.url}/feed.atom`, { headers: { 'x-api-key': 'pql_wrong' } });
    };
    const samples = ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'UNAUTHENTICATED'].map(
      (code) => `paperql_errors_total{reason="${code}"}`,
    );
    expect(await growth(samples, refused)).toEqual([1, 1, 1, 1]);
  });

  test('searches that were answered by words alone', async () => {
    isEmbedderAway = true;
    const samples = [
      'paperql_degraded_answers_total{reason="EMBEDDING_UNAVAILABLE"}',
      'paperql_embedder_call_seconds_count{outcome="failed"}',
    ];
    const search = () => server.ask('{ search(query: "galaxies", first: 1) { nodes { rank } } }');
    expect(await growth(samples, search)).toEqual([1, 1]);
    isEmbedderAway = false;
  });

  test('operations by name up to a limit, beyond which they share one name', async () => {
    for (let at = 0; at < 55; at++) await server.ask(`query Foreign${at} { __typename }`);
    const text = await (await fetch(metricsUrl)).text();
    const names = new Set(
      Array.from(text.matchAll(/operation_seconds_count\{operation="(\w+)"/g), ([, name]) => name),
    );
    expect([...names].filter((name) => name?.startsWith('Foreign'))).toHaveLength(50);
    expect(names).toContain('other');
    const own = 'paperql_operation_seconds_count{operation="CountPapers",outcome="ok"}';
    expect(await growth([own], () => server.ask('query CountPapers { __typename }'))).toEqual([1]);
  });

  test('the corpus, the queue and the event loop', async () => {
    const text = await (await fetch(metricsUrl)).text();
    expect(text).toMatch(/^paperql_corpus_papers 252$/m);
    expect(text).toMatch(/^paperql_queued_operations 0$/m);
    expect(text).toMatch(/^paperql_running_operations 0$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  });
});

test('operations of the page, tools and feeds always by name', () => {
  const folders = ['client/operations', 'mcp'].map((each) => packagePath(each));
  const files = folders.flatMap((each) => readdirSync(each).map((file) => path.join(each, file)));
  const documents = [...files.map((file) => readFileSync(file, 'utf8')), FEED_DOCUMENT];
  const names = documents.flatMap((document) =>
    parse(document).definitions.flatMap((each) =>
      each.kind === Kind.OPERATION_DEFINITION ? (each.name?.value ?? []) : [],
    ),
  );
  expect([...OWN_OPERATIONS].sort()).toEqual([...new Set(names)].sort());
});

describe('metrics can be read', () => {
  const statusOf = async (headers: Record<string, string>) => {
    const response = await fetch(`${server.url}/metrics`, { headers });
    return [response.status, response.headers.get('www-authenticate')];
  };

  test('on the public port, only with an admin key', async () => {
    expect(await statusOf({})).toEqual([401, 'Bearer realm="paperql"']);
    expect(await statusOf({ authorization: `Bearer ${secrets.read}` })).toEqual([
      403,
      'Bearer realm="paperql", error="insufficient_scope"',
    ]);
    expect(await statusOf({ authorization: `Bearer ${secrets.admin}` })).toEqual([200, null]);
  });

  test('on their own port, by everyone, and this port serves nothing else', async () => {
    expect((await fetch(metricsUrl)).headers.get('content-type')).toContain('version=0.0.4');
    expect((await fetch(new URL('/graphql', metricsUrl))).status).toBe(404);
    expect((await fetch(metricsUrl, { method: 'POST' })).status).toBe(405);
  });

  test('by default, by no one', async () => {
    const plain = await startTestServer();
    const { status } = await fetch(`${plain.url}/metrics`, {
      headers: { authorization: `Bearer ${secrets.admin}` },
    });
    await plain.close();
    expect(status).toBe(404);
  });
});
