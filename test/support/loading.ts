import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@jest/globals';
import { openLanceStore } from './lance-store.js';
import { startOpenAiServer, type OpenAiServer } from './openai-server.js';
import { runPaperql, type Finished } from './process.js';
import type { Summary } from '../../src/ingest/summary.js';
import type { PaperStore } from '../../src/store/store.js';

/** Dimension of the embeddings that the stand-in's models return. */
export const DIMENSION = 8;

/** `paperql ingest` in its own folder, with embeddings from a stand-in for OpenAI's API. */
export interface Loading {
  directory: string;
  openai: OpenAiServer;
  /** Environment variables of the command. */
  environment: Record<string, string>;
  ingest(...args: string[]): Promise<Finished>;
  /** Runs a load, expects this exit code, and returns the summary. */
  summaryOf(code: number, ...args: string[]): Promise<Summary>;
  /** Texts that have been sent for embedding so far. */
  embeddedTexts(): string[];
  /** Opens the embedded store that the command writes to. */
  withStore<Result>(use: (store: PaperStore) => Promise<Result>, dataDir?: string): Promise<Result>;
  readRejects(file?: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function startLoading(settings: Record<string, string> = {}): Promise<Loading> {
  const directory = await mkdtemp(path.join(tmpdir(), 'paperql-loading-'));
  const openai = await startOpenAiServer({ compatibleModels: { small: DIMENSION, other: DIMENSION } });
  const environment = {
    EMBEDDER: 'openai',
    OPENAI_API_KEY: openai.apiKey,
    OPENAI_BASE_URL: openai.url,
    OPENAI_EMBEDDING_MODEL: 'small',
    EMBEDDING_DIMENSIONS: String(DIMENSION),
    ...settings,
  };
  const ingest = (...args: string[]) => runPaperql(['ingest', ...args], environment, directory);
  return {
    directory,
    openai,
    environment,
    ingest,
    async summaryOf(code, ...args) {
      const finished = await ingest('--json', ...args);
      expect(`${finished.code}: ${finished.stderr}`).toMatch(new RegExp(`^${code}: `)); // a failure shows what it said
      return JSON.parse(finished.stdout) as Summary;
    },
    embeddedTexts: () => openai.calls.flat(),
    async withStore(use, dataDir = 'data') {
      const store = await openLanceStore({
        dataDir: path.join(directory, dataDir),
        collection: 'arxiv_papers',
      });
      try {
        return await use(store);
      } finally {
        await store.close();
      }
    },
    async readRejects(file = 'rejects.jsonl') {
      const text = await readFile(path.join(directory, file), 'utf8');
      const lines = text.trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    async close() {
      await openai.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** A different vector for each seed. */
export function toVector(seed: number): number[] {
  return Array.from({ length: DIMENSION }, (_, at) => Math.sin(seed + at + 1));
}
