import { createMcpHandler } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { prepareAgentServers } from './agent-server.js';
import { callerOf, type ExecuteOperation } from '../callers/caller.js';
import { httpError } from '../errors/errors.js';

/** Origins whose pages may call, as in the server's CORS settings. */
export type Origins = readonly (string | RegExp)[] | true;

/**
 * MCP over streamable HTTP at `/mcp`. There are no sessions: each request gets a complete answer from its own server.
 */
export async function registerMcp(
  app: FastifyInstance,
  execute: ExecuteOperation,
  admitCaller: onRequestHookHandler,
  origins: Origins,
): Promise<void> {
  const createAgentServer = prepareAgentServers(execute);
  await app.register((scope, _options, done) => {
    // Requests that are not JSON are answered as the protocol requires.
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.post('/mcp', { onRequest: [refuseForeign(origins), admitCaller] }, async (request, reply) => {
      const caller = callerOf(request, reply);
      const handler = createMcpHandler(() => createAgentServer(caller), {
        // Only answers are sent, so nobody needs to listen.
        maxSubscriptions: 0,
        onerror: (error) => request.log.debug({ err: error }, 'an MCP request failed'),
      });
      const response = await handler.fetch(toWebRequest(request, caller.signal));
      return reply
        .header('cache-control', 'no-store')
        .headers(Object.fromEntries(response.headers))
        .code(response.status)
        .send(await response.text());
    });
    done();
  });
}

function toWebRequest({ method, url, headers, body }: FastifyRequest, signal: AbortSignal): Request {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  // `createHostHook` has already checked the request's host.
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers: pairs,
    body: String(body),
    signal,
  });
}

/**
 * Pages send their origin. Those that may not call get no answer, whether or not their browser would hide it.
 */
function refuseForeign(origins: Origins): onRequestHookHandler {
  const isAllowed = (origin: string) =>
    origins === true ||
    origins.some((each) => (typeof each === 'string' ? each === origin : each.test(origin)));
  return ({ headers: { origin }, log }, _reply, done) => {
    if (origin === undefined || isAllowed(origin)) {
      done();
      return;
    }
    log.info({ origin }, 'rejected an origin; if its pages may call, add it to CORS_ORIGINS');
    done(httpError(403, `Pages of "${origin}" may not call this server`));
  };
}
