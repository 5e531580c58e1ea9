import { Readable } from 'node:stream';
import { largeCorpus } from './corpus.js';
import { findLargeCorpus, readLargeCorpus, type LargeCorpus } from './dump-files.js';
import { benchDays } from './sync-day.js';
import { readPage } from '../src/sync/read-page.js';
import { toRecordXml, type ArxivPaper } from '../test/support/arxiv-server.js';

const STREAMED = 500_000;

/**
 * Measures reading XML alone, a day of changes on 50,000 papers, with and without searches, and a month of one
 * category.
 */
export async function benchSync(): Promise<void> {
  const files = findLargeCorpus();
  const corpus = largeCorpus();
  if (!files || !corpus) return;
  const papers = await readPapers(files);
  await benchXml(papers);
  await benchDays(papers, corpus);
}

async function readPapers(files: LargeCorpus): Promise<ArxivPaper[]> {
  const papers: ArxivPaper[] = [];
  for await (const { line } of readLargeCorpus(files)) {
    const record = JSON.parse(line) as Record<string, unknown>;
    papers.push({ record, changedAt: '2026-06-10T00:00:00Z', sets: ['cs:cs:LG'] });
  }
  return papers;
}

async function benchXml(papers: readonly ArxivPaper[]): Promise<void> {
  const parts = papers.slice(0, 5_000).map((paper) => Buffer.from(toRecordXml(paper)));
  const part = Buffer.concat(parts);
  const pages = STREAMED / parts.length;
  const memory: number[] = [];
  let records = 0;
  async function* page(): AsyncGenerator<Buffer> {
    yield Buffer.from('<OAI-PMH><responseDate>2026-06-10T04:00:00Z</responseDate><ListRecords>');
    yield* Readable.from(part, { objectMode: false, highWaterMark: 65_536 }) as AsyncIterable<Buffer>;
    yield Buffer.from('</ListRecords></OAI-PMH>');
  }
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (let read = 0; read < pages; read++) {
    await readPage(page(), (more) => void (records += more.length));
    memory.push(process.memoryUsage().rss / 1_048_576);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const megabytes = (part.length * pages) / 1e6;
  console.log(
    `\nXML alone: ${records} records, ${megabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s: ` +
      `${(records / seconds).toFixed(0)} records/s, ${(records / ((user + system) / 1e6)).toFixed(0)} a second of processor time; ` +
      `resident memory ${memory[9]?.toFixed(0)} MiB after a tenth, ${memory.at(-1)?.toFixed(0)} MiB at the end.`,
  );
}
