import { expect, test } from '@jest/globals';
import { createLocalEmbedder } from '../../src/embedding/local/embedder.js';
import { toEmbeddedText } from '../../src/embedding/embedder.js';
import { toPayload } from '../../src/ingest/normalise.js';
import { readSample } from '../../src/ingest/sample.js';
import { parseArxivId } from '../../src/papers/arxiv-id.js';

const records = await readSample();
const papers = records.map(toPayload);

test('the sample has at least 200 complete papers from ten archives, each once', () => {
  expect(papers.length).toBeGreaterThanOrEqual(200);
  expect(new Set(papers.map(({ id }) => id)).size).toBe(papers.length);
  expect(new Set(papers.map(({ archives }) => archives[0])).size).toBeGreaterThanOrEqual(10);
  for (const paper of papers) {
    expect(parseArxivId(paper.id)).toBe(paper.id);
    expect(paper).toMatchObject({
      title: expect.stringMatching(/\S/) as unknown,
      authors: expect.arrayContaining([expect.any(String)]) as unknown,
      categories: expect.arrayContaining([expect.any(String)]) as unknown,
      submitted_at: expect.stringMatching(/^(19|20)\d\d-/) as unknown,
    });
  }
});

test('summaries have two to four sentences', () => {
  const sentences = (text: string) =>
    text.split(/[.?!](?=\s+\p{Lu}|\s*$)/u).filter((part) => part.trim() !== '').length;
  const others = papers.filter(({ abstract }) => sentences(abstract) < 2 || sentences(abstract) > 4);
  expect(others.map(({ id }) => id)).toEqual([]);
});

test('well-known papers are included', () => {
  const ids = papers.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining([
      '2504.01016',
      '1706.03762',
      '1810.04805',
      '1512.03385',
      '1406.2661',
      '1412.6980',
      'hep-th/9711200',
      'math/0211159',
    ]),
  );
});

test('embeddings are those of the local model', async () => {
  const embedder = await createLocalEmbedder();
  const some = [0, 50, 100, 150, 200, records.length - 1];
  const fresh = await embedder.embed(
    some.map((at) => toEmbeddedText(papers[at] ?? { title: '', abstract: '' })),
  );
  await embedder.close();
  some.forEach((at, place) => {
    const stored = records[at]?.embedding ?? [];
    const computed = fresh[place];
    expect(computed).toBeInstanceOf(Float32Array);
    const cosine = Array.from(computed as Float32Array).reduce(
      (sum, number, i) => sum + number * (stored[i] ?? NaN),
      0,
    );
    // Processors without VNNI instructions saturate some 8-bit sums, which changes an embedding by a hundredth.
    expect(cosine).toBeGreaterThan(0.98);
  });
});
