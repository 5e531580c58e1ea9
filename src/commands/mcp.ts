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
 * Serves tools for agents on standard input and output until the input ends, with the same limits as the HTTP server.
 * Standard output is reserved for the protocol, so the log goes to standard error.
 *
 * @returns a function that ends it earlier.
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
    // Loads the model in the background, so that the first search need not wait for it. Failures appear in the
    // answers.
    embedder.check().catch(() => undefined);
    const createAgentServer = prepareAgentServers(execute, tracing && createToolTracer(tracing));
    const caller = { client: {}, log, signal: new AbortController().signal };
    const agents = serveStdio(() => createAgentServer(caller), {
      // Only answers are sent, so there is nothing to subscribe to.
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

/** Identifies the caller's span. */
function toCarrier({ traceparent, tracestate }: Readonly<Record<string, unknown>>) {
  return {
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof tracestate === 'string' && { tracestate }),
  };
}
