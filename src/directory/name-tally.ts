import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AuthorEntry } from '../store/directory.js';
import { readTextLines } from '../text-lines.js';

/** Number of names counted in memory at a time, some 200 bytes each. */
const MOST_NAMES = 200_000;
/** Number of files over which names are distributed; each file is counted in memory separately. */
const PARTS = 64;
const BATCH = 5_000;

type Count = [papers: number, firstYear: number | null, lastYear: number | null];

/**
 * Counts the papers of each name in limited memory: counts that do not fit go to files in the system's temporary
 * folder.
 */
export interface NameTally {
  add(names: readonly string[], year: number | null): Promise<void>;
  /** One entry per name, in no particular order. Must be read to its end or closed. */
  entries(): AsyncGenerator<AuthorEntry[]>;
  close(): Promise<void>;
}

export function createNameTally({ mostNames = MOST_NAMES, directory = tmpdir() } = {}): NameTally {
  let counts = new Map<string, Count>();
  let folder: string | null = null;
  const parts = new Set<number>();

  async function spill(): Promise<void> {
    folder ??= await mkdtemp(path.join(directory, 'paperql-names-'));
    const lines = Array.from({ length: PARTS }, (): string[] => []);
    for (const [name, count] of counts) lines[partOf(name)]?.push(JSON.stringify([name, ...count]));
    counts = new Map();
    for (const [part, texts] of lines.entries()) {
      if (texts.length === 0) continue;
      parts.add(part);
      await appendFile(partFile(folder, part), `${texts.join('\n')}\n`);
    }
  }

  return {
    async add(names, year) {
      for (const name of names) addCount(counts, name, [1, year, year]);
      if (counts.size > mostNames) await spill();
    },
    async *entries() {
      if (folder === null) {
        yield* toBatches(counts);
        return;
      }
      await spill();
      for (const part of parts) yield* toBatches(await readPart(partFile(folder, part)));
    },
    async close() {
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
  };
}

function addCount(counts: Map<string, Count>, name: string, [papers, first, last]: Count): void {
  const known = counts.get(name);
  if (!known) {
    counts.set(name, [papers, first, last]);
    return;
  }
  known[0] += papers;
  if (first !== null) known[1] = Math.min(known[1] ?? first, first);
  if (last !== null) known[2] = Math.max(known[2] ?? last, last);
}

async function readPart(file: string): Promise<Map<string, Count>> {
  const counts = new Map<string, Count>();
  for await (const line of readTextLines(createReadStream(file), Infinity)) {
    // Written by `spill`.
    const [name, ...count] = JSON.parse(line) as [string, ...Count];
    addCount(counts, name, count);
  }
  return counts;
}

function* toBatches(counts: ReadonlyMap<string, Count>): Generator<AuthorEntry[]> {
  let batch: AuthorEntry[] = [];
  for (const [text, [papers, firstYear, lastYear]] of counts) {
    batch.push({ kind: 'author', text, papers, firstYear, lastYear });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function partFile(folder: string, part: number): string {
  return path.join(folder, String(part));
}

function partOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) >>> 0;
  return hash % PARTS;
}
