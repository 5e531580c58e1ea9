import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endWithBench, makeScratchFolder } from './on-interrupt.js';
import type { Probe } from './requests.js';
import { packagePath } from '../src/package-root.js';
import { findFreePort } from '../test/support/free-port.js';

/** Python runs the source file, not a built one. */
const WRAPPER = path.join(import.meta.dirname, '..', '..', 'bench', 'python_wrapper.py');
const BUNDLED_MODEL = packagePath('models', 'all-MiniLM-L6-v2');
const START_TIMEOUT_MS = 30_000;

export interface Wrapper {
  url: string;
  stop(): Promise<void>;
}

export interface WrapperOptions {
  python: string;
  qdrantUrl: string;
  collection: string;
}

/**
 * Starts the API of `python_wrapper.py`, which embeds each query with the bundled model. @throws Error if it does not
 * start.
 */
export function startWrapper(options: WrapperOptions): Promise<Wrapper> {
  return start(options, BUNDLED_MODEL);
}

/**
 * Starts the API of `python_wrapper.py` with the embeddings of the probes in memory. @throws Error if it does not
 * start.
 */
export async function startReadyWrapper(options: WrapperOptions, probes: readonly Probe[]): Promise<Wrapper> {
  const { folder, remove } = await makeScratchFolder('wrapper');
  const vectors = path.join(folder, 'vectors.json');
  await writeFile(
    vectors,
    JSON.stringify(Object.fromEntries(probes.map(({ query, vector }) => [query, [...vector]]))),
  );
  try {
    return await start(options, vectors);
  } finally {
    await remove();
  }
}

/**
 * @param source where embeddings come from: the folder of a model, or a file of vectors, which is read at the start.
 */
async function start({ python, qdrantUrl, collection }: WrapperOptions, source: string): Promise<Wrapper> {
  const port = await findFreePort();
  const child = spawn(python, [WRAPPER, qdrantUrl, collection, String(port), source], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  endWithBench(child);
  const exited = once(child, 'exit').catch((error: unknown) => console.error(error));
  const stop = async () => {
    child.kill();
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isUp(url))) {
    const isOver = child.exitCode !== null || child.pid === undefined || performance.now() > deadline;
    if (isOver) {
      await stop();
      throw new Error('The Python wrapper did not start');
    }
    await wait(100);
  }
  return { url: `${url}/search`, stop };
}

/** FastAPI serves its own description there. */
async function isUp(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/openapi.json`).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}
