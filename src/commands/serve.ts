import type { FastifyInstance } from 'fastify';
import { openCorpus, type Corpus } from './open-corpus.js';
import { createServices, openEmbedder, storeInWords } from './open-parts.js';
import { startSyncBeside, type SyncBesideOptions } from './sync-beside.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { StartupError, toError, toOperatorMessage } from '../errors/errors.js';
import { packageVersion } from '../package-root.js';
import { isBuilt, PAGE_FOLDERS } from '../server/built-page.js';
import { createServer } from '../server/server.js';

/** Time that requests under way have to finish; container engines kill 10 s after they ask to stop. */
const DRAIN_MS = 8_000;

export interface RunningServer {
  /** Where the server listens: `http://127.0.0.1:4000`. */
  url: string;
  /** Lets requests under way finish, then closes everything. */
  close(): Promise<void>;
}

/** Opens what the configuration names and serves it. */
export async function serve(config: Config): Promise<RunningServer> {
  const embedder = await openEmbedder(config);
  try {
    const corpus = await openCorpus(config, embedder);
    const app = await createServer(config, {
      ...createServices(config, corpus.store, embedder),
      checkEmbedder: () => embedder.check(),
    });
    const url = await listen(app, config);
    // Loads the model meanwhile, so that the first search does not wait for it; what fails shows in /readyz.
    embedder.check().catch(() => undefined);
    announce(app, config, embedder, corpus, url);
    const { everyMs } = config.sync;
    const sync = everyMs === undefined ? null : startSyncBeside({ everyMs, log: toSyncLog(app, corpus) });
    return {
      url,
      async close() {
        await Promise.all([closeAll(app, corpus, embedder), sync?.close()]);
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
    const error = toError(thrown);
    throw new StartupError(`Cannot listen on ${host}:${port} (${error.message}); set HOST and PORT`, {
      cause: error,
    });
  }
}

async function closeAll(app: FastifyInstance, corpus: Corpus, embedder: Embedder): Promise<void> {
  // A client that never finishes its request does not hold the stop up.
  setTimeout(() => app.server.closeAllConnections(), DRAIN_MS).unref();
  await app.close();
  await Promise.all([corpus.store.close(), embedder.close()]);
}

/** What the sync says, in the server's log. */
function toSyncLog({ log }: FastifyInstance, { isSample }: Corpus): SyncBesideOptions['log'] {
  if (isSample) log.warn('serving the sample; start the server again once the first sync has finished');
  return {
    info: (message) => log.info({ sync: message }, 'sync'),
    error: (message) => log.error({ sync: message }, 'sync'),
  };
}

/** Says where to go and what it runs on: to people on the console, to log readers as a record. */
function announce(
  app: FastifyInstance,
  config: Config,
  embedder: Embedder,
  corpus: Corpus,
  url: string,
): void {
  const { info, isForeign } = corpus;
  const graphql = `${url}/graphql`;
  const store = storeInWords(config.store);
  if (config.production) {
    app.log.info(
      { graphql, papers: info.count, collection: info.name, isForeign, store, embedder: embedder.id },
      'serving',
    );
    if (embedder.problem) app.log.error({ err: embedder.problem }, 'the embedder does not work');
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

function embedderInWords({ id, dimension, problem }: Embedder): string {
  if (!problem) return `${id}, ${dimension} dimensions`;
  return `none, so searches by meaning fail. ${toOperatorMessage(problem)}`;
}

function toNote({ isSample, isForeign }: Corpus): string {
  if (isSample) return ', the bundled sample';
  return isForeign
    ? ', made by another program: only search by meaning (mode: SEMANTIC) until you run paperql repair'
    : '';
}
