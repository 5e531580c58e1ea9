import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ATOM, FEED_DOCUMENT, JSON_FEED, type FeedFormat } from './feed.js';
import { toPageAddress } from './page-address.js';
import { callerOf, type ExecuteOperation } from '../callers/caller.js';
import { httpError } from '../errors/errors.js';
import type { FeedQuery } from '../generated/feed.js';

const FORMATS: Readonly<Record<string, FeedFormat>> = { '/feed.atom': ATOM, '/feed.json': JSON_FEED };

const FILTER_EXAMPLE = '{"categories":{"in":["cs.CL"]}}';

/**
 * The newest papers of a search, as feeds: `q`, `filter` as JSON, `mode` and `interpret` are the arguments of `search`.
 *
 * @param hasPage whether the server has a page with results to link to.
 */
export function registerFeeds(
  app: FastifyInstance,
  execute: ExecuteOperation,
  admitCaller: onRequestHookHandler,
  hasPage: boolean,
): void {
  for (const [path, format] of Object.entries(FORMATS)) {
    app.get(path, { onRequest: admitCaller }, async (request, reply) => {
      const { q, ...variables } = readParameters(request.query);
      const operation = { document: FEED_DOCUMENT, variables: { q, ...variables } };
      const answer = await execute(operation, callerOf(request, reply));
      // The type of the answer to this document.
      const { search } = (answer.data ?? { search: null }) as FeedQuery;
      if (!search) return refuse(reply, answer.errors ?? []);
      const address = {
        origin: `${request.protocol}://${request.host}`,
        path: request.url,
        query: q ?? '',
        page: hasPage ? toPageAddress({ q, ...variables }) : undefined,
      };
      return send(request, reply, format.mediaType, await format.write(address, search.nodes));
    });
  }
}

const Parameters = z.strictObject({
  q: z.string('give q once').optional(),
  filter: z.string('give filter once').transform(parseFilter).optional(),
  mode: z.string('give mode once').optional(),
  interpret: z
    .enum(['true', 'false'], 'expected true or false')
    .transform((value) => value === 'true')
    .optional(),
});

/** @throws an error with status 400 that names each invalid parameter. */
function readParameters(query: unknown): z.infer<typeof Parameters> {
  const parsed = Parameters.safeParse(query);
  if (parsed.success) return parsed.data;
  const messages = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `There is no parameter ${issue.keys.join(', ')}; expected q, filter, mode or interpret`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw httpError(400, messages.join('; '));
}

/** Valid JSON that is not a valid filter is rejected like a variable of that type. */
function parseFilter(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({
      code: 'custom',
      message: `this is not JSON; expected a SearchFilter such as ${FILTER_EXAMPLE}`,
    });
    return z.NEVER;
  }
}

const Failure = z.object({
  code: z.string(),
  isRetryable: z.boolean(),
  retryAfterMs: z.number().default(1_000),
});

/** Answers with the unchanged errors, and a status that feed readers understand. */
function refuse(reply: FastifyReply, errors: readonly GraphQLFormattedError[]): FastifyReply {
  const { data: failure } = Failure.safeParse(errors[0]?.extensions);
  if (failure?.isRetryable) {
    // Only for the reader's own budget, not for that of a service that a field calls.
    const isTheirs = failure.code === 'RATE_LIMITED' && errors[0]?.path === undefined;
    void reply
      .code(isTheirs ? 429 : 503)
      .header('retry-after', String(Math.ceil(failure.retryAfterMs / 1_000)));
  } else {
    void reply.code(failure && failure.code !== 'INTERNAL_SERVER_ERROR' ? 400 : 500);
  }
  return reply.type('application/json; charset=utf-8').send(JSON.stringify({ errors }));
}

/** Answers with the feed, or with 304 if the reader already has it. */
function send(request: FastifyRequest, reply: FastifyReply, mediaType: string, body: string): FastifyReply {
  // Weak, because it stays the same if the answer is compressed on its way.
  const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  void reply.headers({ etag: `W/${tag}`, 'cache-control': 'no-cache' });
  if (isKnown(request.headers['if-none-match'], tag)) return reply.code(304).send();
  return reply.type(mediaType).send(body);
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match */
function isKnown(known: string | undefined, tag: string): boolean {
  const tags = (known ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
