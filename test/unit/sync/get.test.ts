import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { get } from '../../../src/sync/get.js';
import { readPage } from '../../../src/sync/read-page.js';

describe('a compressed answer', () => {
  const page = Buffer.from(
    '<OAI-PMH><responseDate>2026-06-10T04:00:00Z</responseDate><ListRecords><record><header><identifier>oai:arXiv.org:2601.00001' +
      '</identifier><datestamp>2026-06-01</datestamp></header></record></ListRecords></OAI-PMH>',
  );

  async function readPacked(encoding: string, body: Buffer): Promise<number> {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { signal } = new AbortController();
      const limits = { userAgent: 'PaperQL/test', idleMs: 30_000, totalMs: 60_000, signal };
      const { records } = await get(new URL(`http://127.0.0.1:${port}/`), limits, ({ body: content }) =>
        readPage(content, () => undefined),
      );
      return records;
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test.each([
    ['gzip', gzipSync(page)],
    ['GZIP', gzipSync(page)],
    ['x-gzip', gzipSync(page)],
    ['deflate', deflateSync(page)],
    ['br', brotliCompressSync(page)],
    ['identity', page],
  ])('as %s is read', async (encoding, body) => {
    expect(await readPacked(encoding, body)).toBe(1);
  });

  test('in an unknown encoding causes an error that names it', async () => {
    await expect(readPacked('zstd', page)).rejects.toThrow('expected gzip, found the encoding "zstd"');
  });

  test.each(['gzip', 'deflate', 'br'])(
    'that claims to be %s, but is not, is an invalid page',
    async (encoding) => {
      await expect(readPacked(encoding, page)).rejects.toThrow();
    },
  );
});
