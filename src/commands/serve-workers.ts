import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { rescueConnections } from './handed-connections.js';
import { openCorpus } from './open-corpus.js';
import { openEmbedder } from './open-parts.js';
import { announce, startSync, toStopMs, type RunningServer } from './serve.js';
import { createLocalBuckets } from '../access/buckets.js';
import { lendBuckets } from '../access/lend.js';
import type { Config } from '../config/config.js';
import { lendEmbedder } from '../embedding/local/lend.js';
import { StartupError, toError } from '../errors/errors.js';
import { serveMetrics } from '../server/metrics.js';

/** A process that ended unexpectedly is replaced after this time, or later if it ended before it listened. */
const RESTART_MS = 1_000;
const LONGEST_RESTART_MS = 30_000;

/** Message between the processes, in addition to requests to the embedder. */
interface Listening {
  listening: string;
}
const STOP = 'stop';

/**
 * Serves with `config.workers` processes on one port, which receive connections in turn. This process does everything
 * that must be done once: it loads the sample, runs the local model, keeps the budgets, syncs, and replaces processes
 * that end.
 */
export async function serveByWorkers(config: Config): Promise<RunningServer> {
  const log = pino({ level: config.log.level });
  const embedder = await openEmbedder(config);
  try {
    const { store, ...corpus } = await openCorpus(config, embedder);
    await store.close();
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('../main.js', import.meta.url)),
      args: ['serve'],
      serialization: 'advanced',
    });
    const buckets = createLocalBuckets();
    const workers = new Workers(log, toStopMs(config), (worker) => {
      lendEmbedder(embedder, worker);
      lendBuckets(buckets, worker);
      rescueConnections(worker);
    });
    // The first one starts alone: if it fails, the others would fail for the same reason.
    const url = await workers.start();
    await Promise.all(Array.from({ length: config.workers - 1 }, () => workers.start()));
    // Loads the model in the background, so that the first search need not wait for it. Failures appear in /readyz.
    embedder.check().catch(() => undefined);
    announce(log, config, embedder, corpus, url);
    const sync = startSync(log, config);
    const metrics = await serveAllMetrics(config, log);
    return {
      url,
      async close() {
        metrics?.close();
        await Promise.all([workers.close(), sync?.close()]);
        await embedder.close();
      },
    };
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

/** Serves the combined metrics of all processes. */
async function serveAllMetrics(
  { host, metrics: { port } }: Config,
  log: Pick<pino.Logger, 'error'>,
): Promise<Server | null> {
  if (port === undefined) return null;
  const { createClusterMetrics } = await import('../telemetry/metrics.js');
  return serveMetrics(createClusterMetrics(), { host, port }, log);
}

class Workers {
  readonly #running = new Set<Worker>();
  #isClosing = false;

  constructor(
    private readonly log: Pick<pino.Logger, 'error'>,
    private readonly stopMs: number,
    private readonly equip: (worker: Worker) => void,
  ) {}

  /**
   * Starts a process, and a new one whenever it ends unexpectedly.
   *
   * @returns the address at which it listens.
   * @throws StartupError if it ends before it listens; it has already reported why.
   */
  async start(): Promise<string> {
    const worker = cluster.fork();
    this.#running.add(worker);
    worker.once('exit', () => this.#running.delete(worker));
    this.equip(worker);
    const url = await untilListening(worker);
    worker.once('exit', (code: number | null, signal: string | null) => {
      if (this.#isClosing) return;
      this.log.error(
        { pid: worker.process.pid, code, signal },
        'a server process ended and will be replaced',
      );
      this.#startLater(RESTART_MS);
    });
    return url;
  }

  #startLater(delayMs: number): void {
    const retry = (thrown: unknown) => {
      this.log.error({ err: toError(thrown) }, 'the server process cannot be replaced yet');
      this.#startLater(Math.min(2 * delayMs, LONGEST_RESTART_MS));
    };
    // If all processes have ended, only this keeps the server alive.
    setTimeout(() => {
      if (!this.#isClosing) this.start().catch(retry);
    }, delayMs);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(
      [...this.#running].map(async (worker) => {
        const ended = once(worker, 'exit');
        if (worker.isConnected()) worker.send(STOP);
        const killing = setTimeout(() => worker.process.kill('SIGKILL'), this.stopMs);
        await ended;
        clearTimeout(killing);
      }),
    );
  }
}

function untilListening(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: unknown) => {
      if (isListening(message)) resolve(message.listening);
    });
    worker.once('exit', () => reject(new StartupError('A server process ended before it was ready')));
  });
}

function isListening(message: unknown): message is Listening {
  return typeof message === 'object' && message !== null && 'listening' in message;
}

/** Tells the process that started this one where it listens, and closes when that process asks for it. */
export function obeyPrimary(server: RunningServer): void {
  process.send?.({ listening: server.url } satisfies Listening);
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('message', (message) => {
    if (message === STOP) stop();
  });
  process.on('SIGTERM', stop);
  // A terminal sends the signal to all processes; the primary process decides what to do.
  process.on('SIGINT', () => undefined);
}
