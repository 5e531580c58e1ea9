import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { pino } from 'pino';
import { openCorpus } from './open-corpus.js';
import { createServices, openEmbedder } from './open-parts.js';
import { createServedCorpus, toCorpusLog } from './served-corpus.js';
import type { Config } from '../config/config.js';
import { prepareAgentServers, type ObserveToolCall } from '../mcp/agent-server.js';
import { startOperations } from '../server/operations.js';
import { loadTracing } from '../server/tracing.js';
import { observeServices } from '../telemetry/observed-store.js';
import type { Tracing } from '../telemetry/tracing.js';

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
    const tracing = await loadTracing(config, log);
    const services = createServices(config, corpus, embedder);
    const { apollo, execute } = await startOperations(
      log,
      config,
      tracing ? observeServices(services, tracing.observeCall) : services,
      { tracing },
    );
    corpus.watch(toCorpusLog(log));
    // Loads the model meanwhile, so that the first search does not wait for it; what fails shows in the answers.
    embedder.check().catch(() => undefined);
    const createAgentServer = prepareAgentServers(execute, tracing && createToolTracer(tracing));
    const caller = { client: {}, log, signal: new AbortController().signal };
    const agents = serveStdio(() => createAgentServer(caller), {
      // Nothing is sent but answers, so nobody need listen.
      maxSubscriptions: 0,
      onerror: (error) => log.debug({ err: error }, 'a message failed'),
    });
    const close = async () => {
      await agents.close();
      await apollo.stop();
      await Promise.all([corpus.close(), embedder.close(), tracing?.close()]);
    };
    process.stdin.once('end', () => void close());
    return close;
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

/** https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/ */
function createToolTracer(tracing: Tracing): ObserveToolCall {
  return async (tool, meta, call) => {
    const attributes = {
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': tool,
      'network.transport': 'pipe',
    };
    const span = tracing.startRequest(`tools/call ${tool}`, attributes, toCarrier(meta));
    try {
      const result = await tracing.within(span, call);
      if (result.isError) tracing.fail(span, 'tool_error');
      return result;
    } finally {
      span.end();
    }
  };
}

/** What names the caller's span. */
function toCarrier({ traceparent, tracestate }: Readonly<Record<string, unknown>>) {
  return {
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof tracestate === 'string' && { tracestate }),
  };
}
