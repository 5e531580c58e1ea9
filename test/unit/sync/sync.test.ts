import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createOaiServer } from '../../../src/sync/oai-server.js';
import { syncRecords, type SyncOutcome } from '../../../src/sync/sync.js';
import { createTurns } from '../../../src/sync/turns.js';
import { startArxivServer, type ArxivServer, type Fault } from '../../support/arxiv-server.js';
import { toArxivPaper } from '../../support/syncing.js';

const PAPERS = 40;

let folder: string;
let arxiv: ArxivServer;
let stored: Map<string, string>;
let notes: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-sync-'));
  // Ten papers per day, so that no page ends with a day.
  const papers = Array.from({ length: PAPERS }, (_, index) =>
    toArxivPaper(index, 1 + Math.floor(index / 10)),
  );
  arxiv = await startArxivServer({ papers, pageSize: 7, isPaced: true });
  stored = new Map();
  notes = [];
});
afterEach(async () => {
  await arxiv.close();
  await rm(folder, { recursive: true });
});

/** A sync with the stand-in's clock, into a map from ids to titles. */
function run(
  settings: {
    sets?: string[];
    from?: string;
    url?: string;
    pauseMs?: number;
    target?: string;
    targetAliases?: string[];
  } = {},
): Promise<SyncOutcome> {
  const { signal } = new AbortController();
  const { clock } = arxiv;
  const { url = arxiv.url, pauseMs = 3_000 } = settings;
  const server = createOaiServer({
    url,
    userAgent: 'PaperQL/test',
    idleMs: 100,
    totalMs: 5_000,
    turns: createTurns(folder, pauseMs, clock),
    clock,
    signal,
    note: (message) => void notes.push(message),
  });
  return syncRecords({
    source: url,
    target: settings.target ?? 'test',
    targetAliases: settings.targetAliases ?? [],
    sets: settings.sets ?? [],
    from: settings.from ?? null,
    files: { file: path.join(folder, 'state.json'), pages: path.join(folder, 'pages') },
    server,
    clock,
    signal,
    isCollectionThere: stored.size > 0,
    pagesPerLoad: 3,
    async load(sources) {
      for (const { path: file } of sources) {
        const lines = (await readFile(file ?? '', 'utf8')).trimEnd().split('\n');
        for (const line of lines) {
          const { id, title } = JSON.parse(line) as { id: string; title: string };
          stored.set(id, title);
        }
      }
      return { status: 'finished' };
    },
    onPage: () => undefined,
  });
}

function titles(): Record<string, string> {
  return Object.fromEntries(
    arxiv.papers.map(({ record }) => [String(record['id']), String(record['title'])]),
  );
}

const HTML =
  '<!DOCTYPE html><html><head><title>arXiv</title></head><body><p>Down<br>for maintenance</body></html>';

describe.each<[string, Fault]>([
  ['is cut off', { kind: 'cut', share: 0.6 }],
  ['ends too soon without a word', { kind: 'edit', edit: (xml) => xml.slice(0, xml.length / 2) }],
  ['is malformed', { kind: 'edit', edit: (xml) => xml.replace('</title>', '</tilte>') }],
  ['has an entity of its own', { kind: 'edit', edit: (xml) => xml.replace('Paper', '&boom; Paper') }],
  [
    'declares a document type',
    { kind: 'edit', edit: (xml) => xml.replace('<OAI', '<!DOCTYPE x [<!ENTITY boom "x">]><OAI') },
  ],
  [
    'is not UTF-8',
    {
      kind: 'edit',
      edit: (xml) => Buffer.from(xml.replace('Paper', 'P\u00e4per'), 'latin1'),
    },
  ],
  ['is a page for people', { kind: 'text', text: HTML }],
  ['is empty', { kind: 'text', text: '', type: 'text/xml' }],
  [
    "has an empty list without the protocol's code for no records",
    {
      kind: 'edit',
      edit: (xml) => xml.replace(/<ListRecords>.*<\/ListRecords>/s, '<ListRecords></ListRecords>'),
    },
  ],
  ['never comes', { kind: 'hang' }],
  ['is 503', { kind: 'status', status: 503 }],
  ['is 429', { kind: 'status', status: 429 }],
  ['is 500', { kind: 'status', status: 500 }],
  ["is a CDN's 520", { kind: 'status', status: 520 }],
  ["is a CDN's 529", { kind: 'status', status: 529 }],
  ['is that the token is refused', { kind: 'refuse-token' }],
])('an answer that %s', (_name, fault) => {
  test('loses no paper, on the first or a later page', async () => {
    arxiv.onRequest = (count) => {
      if (count === 1 || count === 4) arxiv.faults.push(fault);
    };
    expect(await run()).toMatchObject({ status: 'finished' });
    expect(Object.fromEntries(stored)).toEqual(titles());
    expect(arxiv.tooSoon).toBe(0);
  });
});

test.each([
  ['received already', 22, PAPERS + 1],
  ['still to be received', 38, PAPERS],
])(
  'a record that changes between two pages, %s, is stored once, in its last version',
  async (_name, at, records) => {
    const { papers } = arxiv;
    const before = papers[at];
    arxiv.onRequest = (count) => {
      if (count !== 6 || !before) return;
      const record = { ...before.record, title: 'The title of a newer version' };
      papers[at] = { ...before, record, changedAt: '2026-06-10T03:00:00Z' };
    };
    expect(await run()).toMatchObject({ status: 'finished', records });
    expect(stored.size).toBe(PAPERS);
    expect(stored.get(String(before?.record['id']))).toBe('The title of a newer version');
    expect(Object.fromEntries(stored)).toEqual(titles());
  },
);

describe('a paper that changes its day between two pages of that day', () => {
  const moveAt = (request: number, at: number) => {
    arxiv.onRequest = (count) => {
      const before = arxiv.papers[at];
      if (count === request && before) arxiv.papers[at] = { ...before, changedAt: '2026-06-10T03:00:00Z' };
    };
  };
  const fromOfLists = () =>
    arxiv.requests.filter(({ metadataPrefix }) => metadataPrefix !== undefined).map(({ from }) => from);

  test.each([
    ['the first day, which the first page is of', 2, 3, '2026-06-01'],
    ['a day that began on the page before', 3, 11, '2026-06-01'],
  ])('hides another paper until the next sync: %s', async (_name, request, at, from) => {
    moveAt(request, at);
    expect(await run()).toMatchObject({ status: 'finished' });
    expect(stored.size).toBe(PAPERS - 1);
    arxiv.clock.move(86_400_000);
    expect(await run()).toMatchObject({ status: 'finished' });
    expect(Object.fromEntries(stored)).toEqual(titles());
    // Only once, because nothing changed while the second list was received.
    arxiv.clock.move(86_400_000);
    expect(await run()).toMatchObject({ status: 'finished' });
    expect(fromOfLists()).toEqual([undefined, from, '2026-06-11']);
  });

  test('is received by the next sync, even if another process continues the list', async () => {
    moveAt(3, 22);
    const move = arxiv.onRequest;
    arxiv.onRequest = (count) => {
      void move(count);
      if (count === 5) arxiv.faults.push({ kind: 'status', status: 403 });
    };
    const from = '2026-06-02';
    expect(await run({ from })).toMatchObject({ status: 'stopped' });
    expect(await run({ from })).toMatchObject({ status: 'finished' });
    expect(stored.size).toBe(PAPERS - 10 - 1);
    arxiv.clock.move(86_400_000);
    expect(await run({ from })).toMatchObject({ status: 'finished' });
    expect(stored.size).toBe(PAPERS - 10);
    expect(fromOfLists()).toEqual([from, from]);
  });

  test('does not make lists longer and longer if papers change every day', async () => {
    for (const [at, day] of ['2026-06-10', '2026-06-11', '2026-06-12', '2026-06-13'].entries()) {
      const paper = arxiv.papers[at];
      if (paper) arxiv.papers[at] = { ...paper, changedAt: `${day}T03:00:00Z` };
      await run();
      arxiv.clock.move(86_400_000);
    }
    expect(fromOfLists()).toEqual([undefined, '2026-06-01', '2026-06-10', '2026-06-12']);
    expect(Object.fromEntries(stored)).toEqual(titles());
  });

  test('repeats no list if nothing has changed since the sync began', async () => {
    await run();
    arxiv.clock.move(86_400_000);
    await run();
    expect(fromOfLists()).toEqual([undefined, '2026-06-10']);
  });
});

test('if tokens expire at midnight, only a day is repeated', async () => {
  arxiv.onRequest = (count) => {
    if (count === 4) arxiv.clock.move(24 * 3_600_000);
  };
  expect(await run()).toMatchObject({ status: 'finished' });
  expect(Object.fromEntries(stored)).toEqual(titles());
  const [, fresh] = arxiv.requests.filter(({ metadataPrefix }) => metadataPrefix !== undefined);
  expect(fresh).toEqual({ verb: 'ListRecords', metadataPrefix: 'arXivRaw', from: '2026-06-03' });
});

test('if a server repeats the same token, the sync stops after a few restarts', async () => {
  const token = (xml: string) =>
    xml.replace(/<resumptionToken>.*<\/resumptionToken>/, '<resumptionToken>x</resumptionToken>');
  arxiv.onRequest = () => void arxiv.faults.push({ kind: 'edit', edit: token });
  const { status, problem } = await run();
  expect([status, problem]).toEqual(['stopped', expect.stringMatching(/could not be received completely/)]);
  expect(arxiv.requests.length).toBeLessThan(20);
});

test('a collection whose server has another address continues its sync, but another collection does not', async () => {
  await run({ target: 'a' });
  const answered = () => arxiv.requests.length;
  const whole = answered();
  await run({ target: 'b', targetAliases: ['a'] });
  const second = answered() - whole;
  await run({ target: 'c' });
  expect([second, answered() - whole - second]).toEqual([expect.any(Number), whole]);
  expect(second).toBeLessThan(whole);
});

test('a redirect is followed after the pause, with the arguments of the request', async () => {
  expect(await run({ url: arxiv.url.replace('/oai', '/oai2') })).toMatchObject({ status: 'finished' });
  expect(Object.fromEntries(stored)).toEqual(titles());
  expect(arxiv.tooSoon).toBe(0);
});

test('a redirect to another host is followed, and retries after a failure begin at the original address', async () => {
  const elsewhere = arxiv.url.replace('127.0.0.1', 'localhost');
  const times: number[] = [];
  arxiv.onRequest = (count) => {
    times.push(arxiv.clock.now());
    if (count === 1) arxiv.faults.push({ kind: 'status', status: 301, headers: { location: elsewhere } });
    if (count === 2) arxiv.faults.push({ kind: 'status', status: 503 });
  };
  expect(await run()).toMatchObject({ status: 'finished' });
  expect(Object.fromEntries(stored)).toEqual(titles());
  expect(arxiv.hosts.slice(0, 3).map((host) => host.split(':')[0])).toEqual([
    '127.0.0.1',
    'localhost',
    '127.0.0.1',
  ]);
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(10_000);
});

test('the pause applies to a redirect to another host, and to the request after it', async () => {
  const elsewhere = arxiv.url.replace('127.0.0.1', 'localhost');
  arxiv.onRequest = () => {
    const isThere = arxiv.hosts.at(-1)?.startsWith('localhost') ?? false;
    if (!isThere) arxiv.faults.push({ kind: 'status', status: 307, headers: { location: elsewhere } });
  };
  expect(await run()).toMatchObject({ status: 'finished' });
  expect(Object.fromEntries(stored)).toEqual(titles());
  expect(arxiv.tooSoon).toBe(0);
});

test.each(['ftp://127.0.0.1/oai', 'file:///etc/passwd', 'javascript:1', 'http://'])(
  'a redirect to %j stops the sync and names it',
  async (location) => {
    arxiv.faults.push({ kind: 'status', status: 302, headers: { location } });
    const { status, problem } = await run();
    expect([status, problem]).toEqual([
      'stopped',
      expect.stringContaining(`redirects to ${JSON.stringify(location)}`),
    ]);
    expect(arxiv.requests).toHaveLength(1);
  },
);

test('circular redirects end', async () => {
  arxiv.onRequest = () => {
    arxiv.faults.push({ kind: 'status', status: 302, headers: { location: arxiv.url } });
  };
  const { status, problem } = await run();
  expect([status, problem]).toEqual(['stopped', expect.stringMatching(/in a loop/)]);
});

describe('a server that asks to wait', () => {
  const waits = () => arxiv.clock.slept.filter((ms) => ms !== 3_000);

  test.each([
    ['seconds', { 'retry-after': '47' }, [47_000]],
    [
      'a date, by its own clock',
      { 'retry-after': 'Wed, 10 Jun 2026 05:01:00 GMT', date: 'Wed, 10 Jun 2026 05:00:00 GMT' },
      [60_000],
    ],
    ['less than the pause', { 'retry-after': '1' }, []],
    ['no time at all, as one that does not say', { 'retry-after': '-5' }, [10_000]],
  ])('is waited for: %s', async (_name, headers, expected) => {
    arxiv.onRequest = (count) => {
      if (count === 2) arxiv.faults.push({ kind: 'status', status: 503, headers });
    };
    expect(await run()).toMatchObject({ status: 'finished' });
    expect(waits()).toEqual(expected);
    expect(arxiv.tooSoon).toBe(0);
  });

  test('without a time gets 10 s, doubling to 5 min; then the sync stops and keeps what it has', async () => {
    arxiv.onRequest = (count) => {
      if (count > 2) arxiv.faults.push({ kind: 'status', status: 429 });
    };
    const { status, pages, problem } = await run();
    expect([status, pages, problem]).toEqual(['stopped', 2, expect.stringMatching(/429/)]);
    expect(waits()).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000]);
    expect(stored.size).toBe(14);

    arxiv.onRequest = () => undefined;
    arxiv.faults.length = 0;
    const before = arxiv.requests.length;
    expect(await run()).toMatchObject({ status: 'finished', pages: 4 });
    expect(arxiv.requests[before]).toEqual({ verb: 'ListRecords', resumptionToken: expect.any(String) });
    expect(Object.fromEntries(stored)).toEqual(titles());
    // The failure before the stop also delays the next process.
    expect(waits().at(-1)).toBe(300_000);
  });

  test('for too short a time gets 10 s, doubling, from the second time on', async () => {
    arxiv.onRequest = (count) => {
      if (count > 2 && count < 8)
        arxiv.faults.push({ kind: 'status', status: 503, headers: { 'retry-after': '5' } });
    };
    expect(await run()).toMatchObject({ status: 'finished' });
    expect(waits()).toEqual([5_000, 10_000, 20_000, 40_000, 80_000]);
    expect(Object.fromEntries(stored)).toEqual(titles());
  });

  test('for hours gets no requests, even from the next process', async () => {
    arxiv.faults.push({ kind: 'status', status: 503, headers: { 'retry-after': '7200' } });
    expect(await run()).toMatchObject({ status: 'stopped' });
    const { problem } = await run();
    expect(problem).toMatch(/asked clients to send no requests before 2026-06-10T06:00/);
    expect(arxiv.requests).toHaveLength(1);
  });
});
