import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { get } from '../../src/sync/get.js';
import { readPage, UnreadablePageError } from '../../src/sync/read-page.js';

const HEAD = '<OAI-PMH><responseDate>2026-06-10T04:00:00Z</responseDate><ListRecords>';
const END = '</ListRecords></OAI-PMH>';
const MIB = 1024 * 1024;

/** Text with this many bytes and a third as many characters, because reading takes time per character. */
function textOf(bytes: number): string {
  return '王'.repeat(Math.ceil(bytes / 3));
}

function toRecord(abstract: string): string {
  return (
    '<record><header><identifier>oai:arXiv.org:2601.00001</identifier><datestamp>2026-06-01</datestamp></header>' +
    `<metadata><arXivRaw><id>2601.00001</id><abstract>${abstract}</abstract></arXivRaw></metadata></record>`
  );
}

function* repeat(part: string, times: number): Generator<Buffer> {
  const bytes = Buffer.from(part);
  yield Buffer.from(HEAD);
  for (let count = 0; count < times; count++) yield bytes;
  yield Buffer.from(END);
}

async function read(chunks: Iterable<Buffer>): Promise<number> {
  let records = 0;
  await readPage(Readable.from(chunks), (more) => void (records += more.length));
  return records;
}

test('a page of 50 MB is read', async () => {
  expect(await read(repeat(toRecord(textOf(MIB)), 50))).toBe(50);
});

test.each<[string, () => Iterable<Buffer>, RegExp]>([
  ['a page without end', () => repeat(toRecord(textOf(4 * MIB)), 1_000), /longer than 128 MiB/],
  ['a text without end', () => repeat('a'.repeat(MIB), 100), /more than 16 MiB in one record/],
  ['a record of ever more versions', () => repeat('<version version="v1"/>'.repeat(10_000), 100), /16 MiB/],
  ['an attribute without end', () => repeat(`<record a="${'a'.repeat(17 * MIB)}`, 2), /16 MiB|well-formed/],
  ['elements within elements', () => repeat('<a>'.repeat(1_000), 1), /more than 32 deep/],
])('%s is rejected', async (_name, toChunks, message) => {
  const reading = read(toChunks());
  await expect(reading).rejects.toThrow(UnreadablePageError);
  await expect(reading).rejects.toThrow(message);
});

test('a small gzip answer that decompresses without end is rejected, and its connection is closed', async () => {
  let onClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => (onClosed = resolve));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    const part = Buffer.from(toRecord(textOf(4 * MIB)));
    const endless = (function* () {
      yield Buffer.from(HEAD);
      for (;;) yield part;
    })();
    const source = Readable.from(endless);
    response.once('close', () => {
      source.destroy();
      onClosed();
    });
    source.pipe(createGzip({ level: 1 })).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const { signal } = new AbortController();
    const limits = { userAgent: 'PaperQL/test', idleMs: 30_000, totalMs: 120_000, signal };
    const reading = get(new URL(`http://127.0.0.1:${port}/`), limits, ({ body }) =>
      readPage(body, () => undefined),
    );
    await expect(reading).rejects.toThrow(/longer than 128 MiB/);
    await closed;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 60_000);
