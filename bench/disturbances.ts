import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { spawnCommand } from './command-process.js';
import type { ArxivServer } from '../test/support/arxiv-server.js';

/** One in ten changed papers gets another abstract, which must be embedded; the others get another comment. */
const REVISED_EVERY = 10;
/** Time from the end of one disturbance to the next. */
const CALM_MS = 30_000;
/** Times after the start of a command at which it is killed, in turn: while it starts, embeds, stores, indexes. */
const KILL_AFTER_MS = [2_000, 4_000, 7_000, 11_000];
/** Maximum length of a failed command's output that is shown. */
const MAX_SHOWN = 2_000;

export interface DisturbanceOptions {
  /** Serves the papers that change. */
  arxiv: ArxivServer;
  /** Other variables for the commands. */
  environment: Record<string, string>;
  /** Working folder of the commands. */
  folder: string;
}

/** Counts of commands by how they ended. */
export interface DisturbanceCounts {
  loads: number;
  syncs: number;
  killed: number;
  failed: number;
}

type CommandName = 'ingest' | 'sync';

/** Runs loads and syncs of papers, which change before each of them. */
export function createDisturbances({ arxiv, environment, folder }: DisturbanceOptions) {
  const dump = path.join(folder, 'changes.jsonl');
  const settings = { ...environment, EMBEDDER: 'local', OAI_URL: arxiv.url, SYNC_PAUSE_MS: '0' };
  const counts: DisturbanceCounts = { loads: 0, syncs: 0, killed: 0, failed: 0 };
  const abstracts = arxiv.papers.map(({ record }) => String(record['abstract']));

  async function change(turn: number): Promise<void> {
    // A day later, so that a sync requests them again.
    arxiv.clock.move(24 * 3_600_000);
    const changedAt = new Date(arxiv.clock.now()).toISOString();
    for (const [at, paper] of arxiv.papers.entries()) {
      const isRevised = at % REVISED_EVERY === turn % REVISED_EVERY;
      const abstract = `${abstracts[at]}${isRevised ? ` Version ${turn}.` : ''}`;
      Object.assign(paper, { changedAt, record: { ...paper.record, abstract, comments: `Version ${turn}` } });
    }
    await writeFile(dump, arxiv.papers.map(({ record }) => `${JSON.stringify(record)}\n`).join(''));
  }

  /** @param killAfterMs undefined to let the command finish. */
  async function run(name: CommandName, signal: AbortSignal, killAfterMs?: number): Promise<void> {
    const args = name === 'ingest' ? ['ingest', '--json', dump] : ['sync', '--json'];
    const child = spawnCommand(args, folder, settings, {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
      timeout: killAfterMs,
      killSignal: 'SIGKILL',
    });
    let printed = '';
    child.stderr?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-MAX_SHOWN)));
    // Aborting is also an error, which `once` would throw while it waits for an event.
    child.on('error', () => undefined);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (signal.aborted) return;
    if (code === 0) counts[name === 'ingest' ? 'loads' : 'syncs']++;
    else if (code === null && killAfterMs !== undefined) counts.killed++;
    else {
      counts.failed++;
      console.log(`paperql ${name} ended with ${code ?? 'a signal'}: ${printed}`);
    }
  }

  return {
    counts,
    /** Runs one load and one sync until they finish. */
    async runOnce(signal: AbortSignal): Promise<void> {
      await change(0);
      await run('ingest', signal);
      await change(1);
      await run('sync', signal);
    },
    /** Runs loads and syncs in turn. Each is killed and then run again until it finishes. */
    async runUntil(signal: AbortSignal): Promise<void> {
      const isOver = () => signal.aborted;
      for (let turn = 2; !isOver(); turn++) {
        const name = turn % 2 === 0 ? 'ingest' : 'sync';
        await change(turn);
        await run(name, signal, KILL_AFTER_MS[(turn >> 1) % KILL_AFTER_MS.length]);
        if (!isOver()) await run(name, signal);
        await wait(CALM_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
