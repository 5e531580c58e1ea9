/**
 * Embeds every paper of `sample/papers.jsonl` with the local model, and updates the file. Run it after adding a paper or changing
 * a summary: `npm run sample:embed`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';
import { toEmbeddedText } from '../src/embedding/embedder.js';
import { toKaggleRecord, type KaggleRecord } from '../src/ingest/kaggle-record.js';
import { toPayload } from '../src/ingest/normalise.js';
import { packagePath } from '../src/package-root.js';

const file = packagePath('sample', 'papers.jsonl');
const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
const records = lines.map((line) => JSON.parse(line) as object);

const embedder = await createLocalEmbedder();
const embeddings = await embedder.embed(records.map((record) => toEmbeddedText(toPayload(toRecord(record)))));
await embedder.close();

const embedded = records.map((record, at) => {
  const embedding = embeddings[at];
  if (!(embedding instanceof Float32Array))
    throw new Error(`Line ${at + 1} could not be embedded`, { cause: embedding });
  // Six decimals keep the cosine of unit vectors accurate to the sixth decimal, at half the size of the exact numbers.
  return JSON.stringify({
    ...record,
    embedding: Array.from(embedding, (number) => Number(number.toFixed(6))),
  });
});
await writeFile(file, `${embedded.join('\n')}\n`);
console.log(`Embedded ${embedded.length} papers in ${file}`);

function toRecord(value: object): KaggleRecord {
  const record = toKaggleRecord(value);
  if ('reason' in record) throw new Error(record.detail);
  return record;
}
