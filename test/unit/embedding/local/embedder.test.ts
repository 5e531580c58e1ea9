import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalEmbedder, createWorkerPool } from '../../../../src/embedding/local/embedder.js';
import type { Embedder } from '../../../../src/embedding/embedder.js';
import { bundledModel } from '../../../../src/embedding/local/model-folder.js';
import { packagePath } from '../../../../src/package-root.js';

const MODEL_FOLDER = packagePath('models', 'all-MiniLM-L6-v2');

describe('the local embedder', () => {
  let embedder: Embedder;

  beforeAll(async () => {
    embedder = await createLocalEmbedder();
  });

  afterAll(() => embedder.close());

  async function embed(text: string): Promise<Float32Array> {
    const [outcome] = await embedder.embed([text]);
    if (outcome instanceof Float32Array) return outcome;
    throw outcome ?? new Error('No outcome');
  }

  test('is named after its model and has 384 dimensions', () => {
    expect([embedder.id, embedder.dimension]).toEqual(['local:all-MiniLM-L6-v2', 384]);
  });

  test.each([
    ['How do planets form around young stars?', 'Dust discs near new suns gather into worlds.'],
    ['Teaching machines to translate languages', 'Neural networks that turn French into English'],
    ['Shortest routes in road networks', 'A fast algorithm for path finding on graphs'],
  ])('finds "%s" closer to "%s" than to cooking', async (text, paraphrase) => {
    const [vector, near, far] = [
      await embed(text),
      await embed(paraphrase),
      await embed('A recipe for onion soup'),
    ];
    expect(cosine(vector, near)).toBeGreaterThan(cosine(vector, far) + 0.2);
  });

  test.each([['a word'], ['x '.repeat(10_000)], ['🔭🧬🦠'], ['量子计算']])(
    'returns unit length (%#)',
    async (text) => {
      const vector = await embed(text);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    },
  );

  test('returns the same numbers whatever else is embedded in the same call', async () => {
    const text = 'Superconductivity at high temperature';
    const alone = await embed(text);
    const [, among] = await embedder.embed(['A much longer text. '.repeat(50), text, 'short']);
    expect(among).toEqual(alone);
  });

  test('treats all white space as one space', async () => {
    expect(await embed(' dark\n\n  matter\t')).toEqual(await embed('dark matter'));
  });

  test('reads only the first 128 tokens', async () => {
    const start = 'quark '.repeat(126);
    expect(await embed(`${start} and what comes later`)).toEqual(await embed(start));
  });

  test('does not block the event loop', async () => {
    await embedder.check();
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await embedder.embed(Array.from({ length: 20 }, (_, at) => `${at} ${'long abstract '.repeat(100)}`));
    clearInterval(counting);
    expect(turns).toBeGreaterThan(20);
  });

  test('rejects calls after close', async () => {
    const closed = await createLocalEmbedder();
    const pending = closed.embed(['too late']);
    const settled = expect(pending).rejects.toMatchObject({ code: 'EMBEDDING_UNAVAILABLE' });
    await closed.close();
    await settled;
    await expect(closed.embed(['later still'])).rejects.toMatchObject({ code: 'EMBEDDING_UNAVAILABLE' });
  });

  test('says what to install or set if its packages are missing', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'paperql-worker-'));
    try {
      // Node looks for packages in the folders above a file, and there are none above this one.
      await cp(new URL('../../../../src', import.meta.url), folder, { recursive: true });
      await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
      const pool = createWorkerPool(
        pathToFileURL(path.join(folder, 'embedding', 'local', 'worker.js')),
        1,
        bundledModel().setup,
      );
      await expect(pool.run('text')).rejects.toMatchObject({
        code: 'EMBEDDING_UNAVAILABLE',
        message: 'The local embedding model is not installed',
        hint: expect.stringMatching(
          /npm install --ignore-scripts onnxruntime-node @huggingface\/tokenizers.*EMBEDDER=openai/s,
        ),
      });
      await pool.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('names the file if the model cannot be read', async () => {
    const worker = new URL('../../../../src/embedding/local/worker.js', import.meta.url);
    const pool = createWorkerPool(worker, 1, {
      ...bundledModel().setup,
      graph: path.join(tmpdir(), 'no-such-model'),
    });
    await expect(pool.run('text')).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: 'The local embedding model cannot be loaded',
      hint: expect.stringMatching(/no-such-model.*EMBEDDER=openai/s),
    });
    await pool.close();
  });
});

test('the vendored model is the one that models/README.md describes', async () => {
  const graph = await readFile(path.join(MODEL_FOLDER, 'onnx', 'model_quantized.onnx'));
  const readme = await readFile(packagePath('models', 'README.md'), 'utf8');
  expect(readme).toContain(createHash('sha256').update(graph).digest('hex'));
});

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, number, at) => sum + number * (b[at] ?? NaN), 0);
}
