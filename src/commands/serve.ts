import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import cluster from 'node:cluster';
import { openCorpus, type Corpus } from './open-corpus.js';
import { createServices, openEmbedder, storeInWords } from './open-parts.js';
import { createServedCorpus, toCorpusLog, type ServedCorpus } from './served-corpus.js';
import { startSyncBeside, type SyncBeside } from './sync-beside.js';
import type { Config } from '../config/config.js';
import type { ServingEmbedder } from '../embedding/embedder.js';
import { borrowEmbedder } from '../embedding/local/lend.js';
import { StartupError, toError, toOperatorMessage } from '../errors/errors.js';
import { readCheckpoint, toLoadFiles } from '../ingest/checkpoint.js';
import { packageVersion } from '../package-root.js';
import { isBuilt, PAGE_FOLDERS } from '../server/built-page.js';
import { createServer } from '../server/server.js';
import { toStatePaths } from '../sync/state.js';
import { listPages } from '../sync/sync.js';

/** Time to send an answer that was found within the last moment of REQUEST_TIMEOUT_MS. */
const LAST_ANSWER_MS = 1_000;
/** Time to close everything else. */
const CLOSE_MS = 2_000;

/** Time that requests in flight have to finish once the server stops. */
function toDrainMs({ requestTimeoutMs }: Pick<Config, 'requestTimeoutMs'>): number {
  return requestTimeoutMs + LAST_ANSWER_MS;
}

/**
 * Time that a process has to stop. The grace periods in docker-compose.yml and deploy/ are longer than with default
 * settings.
 */
export function toStopMs(config: Pick<Config, 'requestTimeoutMs'>): number {
  return toDrainMs(config) + CLOSE_MS;
}

export interface RunningServer {
  /** Where the server listens: `http://127.0.0.1:4000`. */
  url: string;
  /** Lets requests in flight finish, then closes everything. */
  close(): Promise<void>;
}

/**
 * Opens the configured parts and serves them. In a process that `serveByWorkers` started, the primary process handles
 * what the processes share.
 */
export async function serve(config: Config): Promise<RunningServer> {
  const { isWorker } = cluster;
  const embedder =
    isWorker && config.embedder.kind === 'local' ? await borrowEmbedder() : await openEmbedder(config);
  try {
    const first = await openCorpus(config, embedder);
    const corpus = createServedCorpus(config, embedder, first);
    const parts = { checkEmbedder: () => embedder.check(), readProgress: () => readProgress(config) };
    // Not spread, because that would read the store now, and only once.
    const app = await createServer(config, Object.assign(createServices(config, corpus, embedder), parts));
    const url = await listen(app, config);
    // Loads the model in the background, so that the first search need not wait for it. Failures appear in /readyz.
    embedder.check().catch(() => undefined);
    if (!isWorker) announce(app.log, config, embedder, first, url);
    corpus.watch(toCorpusLog(app.log));
    const sync = isWorker ? null : startSync(app.log, config);
    return {
      url,
      async close() {
        await Promise.all([closeAll(config, app, corpus, embedder), sync?.close()]);
      },
    };
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (thrown) {
    if (thrown instanceof StartupError) throw thrown;
    const error = toError(thrown);
    throw new StartupError(`Cannot listen on ${host}:${port} (${error.message}); set HOST and PORT`, {
      cause: error,
    });
  }
}

async function closeAll(
  config: Config,
  app: FastifyInstance,
  corpus: ServedCorpus,
  embedder: ServingEmbedder,
): Promise<void> {
  // A client that never finishes its request must not delay the stop.
  setTimeout(() => app.server.closeAllConnections(), toDrainMs(config)).unref();
  await app.close();
  await Promise.all([corpus.close(), embedder.close()]);
}

async function readProgress({ dataDir, collection }: Config) {
  const [pages, checkpoint] = await Promise.all([
    listPages(toStatePaths(dataDir, collection)),
    readCheckpoint(toLoadFiles(dataDir, collection).checkpoint),
  ]);
  return { waitingPages: pages.length, loadedRecords: checkpoint?.counts.read ?? null };
}

type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;

/** Syncs while the server runs, if that is configured. Messages of the sync go to the server's log. */
export function startSync(log: Log, { sync: { everyMs } }: Pick<Config, 'sync'>): SyncBeside | null {
  if (everyMs === undefined) return null;
  return startSyncBeside({
    everyMs,
    log: {
      info: (message) => log.info({ sync: message }, 'sync'),
      error: (message) => log.error({ sync: message }, 'sync'),
    },
  });
}

/** Announces the address and the parts in use: as text on the console, or as a log record in production. */
export function announce(
  log: Log,
  config: Config,
  embedder: ServingEmbedder,
  corpus: Omit<Corpus, 'store'>,
  url: string,
): void {
  const { info, isForeign } = corpus;
  const graphql = `${url}/graphql`;
  const store = storeInWords(config.store);
  if (config.production) {
    log.info(
      { graphql, papers: info.count, collection: info.name, isForeign, store, embedder: embedder.id },
      'serving',
    );
    if (embedder.problem) log.error({ err: embedder.problem }, 'the embedder does not work');
    return;
  }
  console.log(`
PaperQL ${packageVersion()}

${config.web && isBuilt({ folder: PAGE_FOLDERS.web }) ? `  Page      ${url}/\n` : ''}  API       ${graphql}${toExplorerNote(config.explorer)}
  Papers    ${info.count} in "${info.name}"${toNote(corpus)}
  Store     ${store}
  Embedder  ${embedderInWords(embedder)}
`);
}

function toExplorerNote(explorer: Config['explorer']): string {
  const names = { graphiql: 'GraphiQL', sandbox: 'Apollo Sandbox' };
  return explorer === 'off' ? '' : `  (${names[explorer]} in a browser, GraphQL for clients)`;
}

function embedderInWords({ id, dimension, problem }: ServingEmbedder): string {
  if (!problem) return `${id}, ${dimension} dimensions`;
  return `none, so searches by meaning fail. ${toOperatorMessage(problem)}`;
}

function toNote({ isSample, isForeign }: Omit<Corpus, 'store'>): string {
  if (isSample) return ', the bundled sample';
  return isForeign
    ? ', made by another program: only search by meaning (mode: SEMANTIC) until you run paperql repair'
    : '';
}
