import { createMcpHandler } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { prepareAgentServers } from './agent-server.js';
import { accountOf, clientOf, createHangUpSignal } from '../server/context.js';
import { httpError } from '../server/http-errors.js';
import type { ExecuteOperation } from '../server/operations.js';

/** Origins whose pages may call, as the server's CORS has them. */
export type Origins = readonly (string | RegExp)[] | true;

/**
 * MCP over streamable HTTP at `/mcp`. There are no sessions: each request is answered whole, by a server of its own.
 */
export async function registerMcp(
  app: FastifyInstance,
  execute: ExecuteOperation,
  admitCaller: onRequestHookHandler,
  origins: Origins,
): Promise<void> {
  const createAgentServer = prepareAgentServers(execute);
  await app.register((scope, _options, done) => {
    // What is no JSON is answered as the protocol has it.
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.post('/mcp', { onRequest: [refuseForeign(origins), admitCaller] }, async (request, reply) => {
      const signal = createHangUpSignal(request.raw, reply.raw);
      const caller = { client: clientOf(request), log: request.log, signal, account: accountOf(request) };
      const handler = createMcpHandler(() => createAgentServer(caller), {
        // Nothing is sent but answers, so nobody need listen.
        maxSubscriptions: 0,
        onerror: (error) => request.log.debug({ err: error }, 'an MCP request failed'),
      });
      const response = await handler.fetch(toWebRequest(request, signal));
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
  // What the request is addressed to has been judged, see `createHostHook`.
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers: pairs,
    body: String(body),
    signal,
  });
}

/** Pages send their origin, and those that may not call get no answer, whether or not their browser would hide it. */
function refuseForeign(origins: Origins): onRequestHookHandler {
  const isAllowed = (origin: string) =>
    origins === true ||
    origins.some((each) => (typeof each === 'string' ? each === origin : each.test(origin)));
  return ({ headers: { origin }, log }, _reply, done) => {
    if (origin === undefined || isAllowed(origin)) {
      done();
      return;
    }
    log.info({ origin }, 'refused an origin; if its pages are to call, add it to CORS_ORIGINS');
    done(httpError(403, `Pages of "${origin}" may not call this server`));
  };
}
