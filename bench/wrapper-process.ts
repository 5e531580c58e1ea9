import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endWithBench, makeScratchFolder } from './on-interrupt.js';
import type { Probe } from './requests.js';
import { findFreePort } from '../test/support/free-port.js';

/** Python runs the source itself, not what was built. */
const WRAPPER = path.join(import.meta.dirname, '..', '..', 'bench', 'python_wrapper.py');
const START_TIMEOUT_MS = 30_000;

export interface Wrapper {
  url: string;
  stop(): Promise<void>;
}

/** Starts the API of `python_wrapper.py` on a collection in Qdrant. @throws Error when it does not start. */
export async function startWrapper(
  python: string,
  qdrantUrl: string,
  collection: string,
  probes: readonly Probe[],
): Promise<Wrapper> {
  const { folder, remove } = await makeScratchFolder('wrapper');
  const vectors = path.join(folder, 'vectors.json');
  await writeFile(
    vectors,
    JSON.stringify(Object.fromEntries(probes.map(({ query, vector }) => [query, [...vector]]))),
  );
  const port = await findFreePort();
  const child = spawn(python, [WRAPPER, qdrantUrl, collection, String(port), vectors], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  endWithBench(child);
  const exited = once(child, 'exit').catch((error: unknown) => console.error(error));
  const stop = async () => {
    child.kill();
    await exited;
    await remove();
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

/** FastAPI describes itself there. */
async function isUp(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/openapi.json`).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}
