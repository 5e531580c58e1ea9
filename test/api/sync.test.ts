import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startSyncing, toArxivPaper, type Syncing } from '../support/syncing.js';

const SET = ['--set', 'cs:cs:LG'];
const PAPERS = 25;

let syncing: Syncing;
beforeEach(async () => {
  const papers = Array.from({ length: PAPERS }, (_, index) => toArxivPaper(index, 1 + Math.floor(index / 4)));
  syncing = await startSyncing({ papers, pageSize: 10 });
});
afterEach(() => syncing.close());

/** Changes the paper with this index now, by arXiv's clock. */
function change(index: number, fields: Record<string, unknown> = {}): void {
  const { arxiv } = syncing;
  const paper = arxiv.papers[index] ?? toArxivPaper(index, 1);
  arxiv.papers[index] = {
    ...paper,
    record: { ...paper.record, ...fields },
    changedAt: new Date(arxiv.clock.now()).toISOString(),
  };
}

test('an empty corpus starts with one set from a given day, then receives only the changes, in one request', async () => {
  const first = await syncing.reportOf(0, ...SET, '--from', '2026-06-02');
  expect(first).toMatchObject({ status: 'finished', pages: 3, syncedAt: '2026-06-10T04:00:00Z' });
  expect(first.counts).toMatchObject({ read: PAPERS - 4, new: PAPERS - 4, embedded: PAPERS - 4 });

  syncing.arxiv.clock.move(2 * 86_400_000);
  change(5, { title: 'Another title' });
  change(6, { comments: '12 pages' });
  change(7);
  change(PAPERS);
  const [requests, texts] = [syncing.arxiv.requests.length, syncing.embeddedTexts().length];
  const second = await syncing.reportOf(0, ...SET, '--from', '2026-06-02');
  // The day of the change is stored too, so paper 7 is written. Its text has not changed, so it keeps its embedding.
  expect(second.counts).toMatchObject({ read: 4, new: 1, updated: 3, embedded: 2 });
  expect(syncing.arxiv.requests.slice(requests)).toEqual([
    { verb: 'ListRecords', metadataPrefix: 'arXivRaw', set: 'cs:cs:LG', from: '2026-06-10' },
  ]);
  expect(syncing.embeddedTexts().slice(texts)).toHaveLength(2);

  const third = await syncing.reportOf(0, ...SET);
  expect(third.counts).toMatchObject({ read: 4, unchanged: 4, embedded: 0 });
  const papers = await syncing.storedPapers();
  expect(papers.size).toBe(PAPERS + 1 - 4);
  expect(papers.get('2101.00005')?.title).toBe('Another title');
  expect(papers.get('2101.00006')?.comments).toBe('12 pages');
});

test('a sync without new papers succeeds', async () => {
  expect(await syncing.reportOf(0, '--set', 'math')).toMatchObject({
    status: 'finished',
    counts: { read: 0 },
  });
  expect((await syncing.sync('--set', 'math')).stdout).toMatch(/pages\s+1\n/);
});

test('sets must be in ListSets; the error for an unknown one suggests the most similar ones', async () => {
  const { code, stderr } = await syncing.sync('--set', 'cs.LG', '--set', 'hep-th', '--set', 'cs');
  expect(code).toBe(1);
  expect(stderr).toContain('--set cs.LG: arXiv has no such set; the closest are cs:cs:LG');
  expect(stderr).toContain('--set hep-th: arXiv has no such set; the closest are physics:hep-th');
  expect(stderr).not.toContain('--set cs:');
});

test.each(['constructor', '__proto__', ''])(
  'a set named %j is rejected like any other unknown set',
  async (name) => {
    const { code, stderr } = await syncing.sync('--set', name);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`--set ${name}: arXiv has no such set`)]);
    expect(syncing.arxiv.requests).toEqual([{ verb: 'ListSets' }]);
  },
);

test('a set that another set includes is not received twice', async () => {
  await syncing.reportOf(0, '--set', 'cs:cs:LG', '--set', 'cs');
  const lists = syncing.arxiv.requests.filter(({ verb, set }) => verb === 'ListRecords' && set !== undefined);
  expect(lists.map(({ set }) => set)).toEqual(['cs']);
});

test('without --set, SYNC_SETS applies; without both, all of arXiv is synced', async () => {
  expect(await syncing.reportOf(0)).toMatchObject({ sets: [], counts: { new: PAPERS } });
  expect(syncing.arxiv.requests[0]).toEqual({ verb: 'ListRecords', metadataPrefix: 'arXivRaw' });
});

test('an earlier --from receives the papers that were left out', async () => {
  await syncing.reportOf(0, ...SET, '--from', '2026-06-05');
  const { counts } = await syncing.reportOf(0, ...SET, '--from', '2026-06-03');
  expect(counts).toMatchObject({ new: 8, unchanged: 9 });
});

test('--dry-run counts and stores nothing', async () => {
  const report = await syncing.reportOf(0, ...SET, '--dry-run');
  expect(report).toMatchObject({ status: 'dry-run', pages: 3, counts: { new: PAPERS, embedded: PAPERS } });
  expect(syncing.embeddedTexts()).toEqual([]);
  expect(await syncing.withStore((store) => store.describe())).toBeNull();
  expect(await syncing.reportOf(0, ...SET)).toMatchObject({ counts: { new: PAPERS } });
});

test('a --dry-run that has to stop says so in its report, and stores nothing', async () => {
  syncing.arxiv.onRequest = (count) => {
    if (count === 3) syncing.arxiv.faults.push({ kind: 'status', status: 403 });
  };
  const report = await syncing.reportOf(3, ...SET, '--dry-run');
  expect(report).toMatchObject({
    status: 'stopped',
    problem: expect.stringMatching(/answered 403/),
    pages: 1,
  });
  expect(await syncing.withStore((store) => store.describe())).toBeNull();
});

test('a record without abstract or arXiv id is rejected and does not affect others', async () => {
  change(3, { abstract: undefined });
  change(4, { id: 'not an id' });
  const { counts, status } = await syncing.reportOf(0, ...SET);
  expect({ status, ...counts }).toMatchObject({
    status: 'finished',
    new: PAPERS - 2,
    rejected: { no_abstract: 1, invalid_id: 1 },
  });
  const rejects = await syncing.readRejects();
  expect(rejects.map(({ reason }) => reason).sort()).toEqual(['invalid_id', 'no_abstract']);
  expect((await syncing.sync(...SET, '--strict')).code).toBe(1);
});

test('a withdrawn paper stays, with arXiv’s comment; a deleted one stays as it was', async () => {
  await syncing.reportOf(0, ...SET);
  change(1, { comments: 'Withdrawn by the author', abstract: 'This paper has been withdrawn.' });
  change(2);
  syncing.arxiv.faults.push({
    kind: 'edit',
    edit: (xml) =>
      xml.replace(
        /<header>(\s*<identifier>oai:arXiv\.org:2101\.00002.*?<\/header>)\s*<metadata>.*?<\/metadata>/s,
        '<header status="deleted">$1',
      ),
  });
  expect(await syncing.reportOf(0, ...SET)).toMatchObject({ deleted: 1, counts: { updated: 1 } });
  const papers = await syncing.storedPapers();
  expect(papers.get('2101.00001')).toMatchObject({
    comments: 'Withdrawn by the author',
    abstract: 'This paper has been withdrawn.',
  });
  expect(papers.get('2101.00002')?.title).toMatch(/^Paper 2 /);
});

test('a removed collection is synced from the start', async () => {
  await syncing.reportOf(0, ...SET);
  await syncing.withStore((store) => store.drop());
  expect(await syncing.reportOf(0, ...SET)).toMatchObject({ counts: { new: PAPERS } });
});

test('a server that rejects requests stops the sync with exit code 3; earlier pages are loaded, and the next sync resumes', async () => {
  syncing.arxiv.onRequest = (count) => {
    if (count === 4) syncing.arxiv.faults.push({ kind: 'status', status: 403 });
  };
  const report = await syncing.reportOf(3, ...SET);
  expect(report).toMatchObject({ status: 'stopped', pages: 2, syncedAt: null, counts: { new: 20 } });
  expect(report.problem).toMatch(/answered 403/);
  const rest = await syncing.reportOf(0, ...SET);
  expect(rest).toMatchObject({ status: 'finished', counts: { new: 5 } });
});

test('two syncs of one collection take turns', async () => {
  const reports = await Promise.all([syncing.reportOf(0, ...SET), syncing.reportOf(0, ...SET)]);
  expect(reports.map(({ counts }) => counts.new).sort()).toEqual([0, PAPERS]);
});

test('the User-Agent names the program, its version and the contact', async () => {
  await syncing.close();
  syncing = await startSyncing({ papers: [] }, { SYNC_CONTACT: 'mailto:ops@example.org' });
  await syncing.reportOf(0);
  const { version } = JSON.parse(await readFile(path.resolve('package.json'), 'utf8')) as { version: string };
  expect(syncing.arxiv.userAgents).toEqual([`PaperQL/${version} (mailto:ops@example.org)`]);
});

test.each([
  [['--from', '2026-02-30'], /--from <day>.*expected a day such as 2026-01-01/s],
  [['--from', '2999-01-01'], /expected a day that has begun/],
  [['--every', '5'], /expected a time of at least an hour, such as 24h or 7d/],
  [['--every', '10m'], /expected a time of at least an hour/],
  [['--every', '999999999d'], /and at most a year/],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await syncing.sync(...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});
