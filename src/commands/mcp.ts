import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { pino } from 'pino';
import { openCorpus } from './open-corpus.js';
import { createServices, openEmbedder } from './open-parts.js';
import { createServedCorpus, toCorpusLog } from './served-corpus.js';
import type { Config } from '../config/config.js';
import { prepareAgentServers } from '../mcp/agent-server.js';
import { startOperations } from '../server/operations.js';

const STANDARD_ERROR = 2;

/**
 * Serves tools for agents on standard input and output, within the limits that the HTTP server has, until the input ends.
 * Standard output is the protocol's: the log goes to standard error.
 *
 * @returns what ends it earlier.
 */
export async function serveAgents(config: Config): Promise<() => Promise<void>> {
  const log = pino({ level: config.log.level }, pino.destination({ fd: STANDARD_ERROR, sync: true }));
  const embedder = await openEmbedder(config);
  try {
    const corpus = createServedCorpus(config, embedder, await openCorpus(config, embedder));
    const { apollo, execute } = await startOperations(log, config, createServices(config, corpus, embedder));
    corpus.watch(toCorpusLog(log));
    // Loads the model meanwhile, so that the first search does not wait for it; what fails shows in the answers.
    embedder.check().catch(() => undefined);
    const createAgentServer = prepareAgentServers(execute);
    const caller = { client: {}, log, signal: new AbortController().signal };
    const agents = serveStdio(() => createAgentServer(caller), {
      // Nothing is sent but answers, so nobody need listen.
      maxSubscriptions: 0,
      onerror: (error) => log.debug({ err: error }, 'a message failed'),
    });
    const close = async () => {
      await agents.close();
      await apollo.stop();
      await Promise.all([corpus.close(), embedder.close()]);
    };
    process.stdin.once('end', () => void close());
    return close;
  } catch (error) {
    await embedder.close();
    throw error;
  }
}
