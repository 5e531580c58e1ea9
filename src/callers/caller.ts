import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
} from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WINDOW_MS } from '../access/buckets.js';
import { FAILED_ATTEMPT_UNITS, toNetwork, type Account, type Budgets } from '../access/budgets.js';
import type { KeyRing } from '../access/key-ring.js';
import { KEY_PREFIX, type ApiKey } from '../access/keys.js';
import { NO_PLAN } from '../cost/plan-operation.js';
import { ClientGoneError, PublicError } from '../errors/errors.js';
import { createSources, type Deadline, type Services } from '../loaders/sources.js';

/* The caller of a request: its key, its account, its connection; and the context of the resolvers that answer it. */

/** A caller for whom an operation is executed. */
export interface Caller {
  /** Turns are divided between these, see `clientOf`. */
  client: object;
  log: FastifyBaseLogger;
  /** Aborted when the caller has left. */
  signal: AbortSignal;
  /** The account to charge; absent if there is no budget. */
  account?: Account | undefined;
}

/** A document of the server itself, with values for its variables. */
export interface Operation {
  document: string;
  variables: Record<string, unknown>;
}

/**
 * Executes an operation that did not arrive at `/graphql` as if it had: it waits for the same turns, and has the
 * same limits, batches, masked errors and log. The result is the JSON that clients get; failures are in `errors`.
 */
export type ExecuteOperation = (operation: Operation, caller: Caller) => Promise<FormattedExecutionResult>;

/** The caller of an admitted request that is answered by executing an operation of the server itself. */
export function callerOf(request: FastifyRequest, reply: FastifyReply): Caller {
  const { signal } = createHangUpController(request.raw, reply.raw);
  return { client: clientOf(request), log: request.log, signal, account: accountOf(request) };
}

/** What a request was admitted with. */
interface Admitted {
  key: ApiKey | undefined;
  account: Account | undefined;
}

const admitted = new WeakMap<FastifyRequest, Admitted>();

/** Admits only keys with the scope `admin`. Runs after the hook of `createAccessHook`. */
export const admitAdministrator: onRequestHookHandler = (request, reply, done) => {
  if (keyOf(request)?.scope === 'admin') {
    done();
    return;
  }
  void reply.header('www-authenticate', 'Bearer realm="paperql", error="insufficient_scope"');
  done(new PublicError('FORBIDDEN', 'This requires an API key with the scope admin'));
};

/** The key that a request was admitted with. */
export function keyOf(request: FastifyRequest): ApiKey | undefined {
  return admitted.get(request)?.key;
}

/** The account that pays for the operations of an admitted request; undefined if there is no budget. */
export function accountOf(request: FastifyRequest): Account | undefined {
  return admitted.get(request)?.account;
}

/**
 * Admits requests with a valid key, and those without a key if that is allowed. An invalid key is always rejected,
 * so that its owner notices.
 */
export function createAccessHook(
  { keys, budgets }: { keys: KeyRing; budgets: Budgets },
  { anonymous }: { anonymous: boolean },
): onRequestHookHandler {
  return (request, reply, done) => {
    const sent = sentKey(request);
    const key = sent && keys.find(sent.secret);
    const account = key ? budgets.ofKey(key) : budgets.ofAddress?.(request.ip);
    if (key ?? account) admitted.set(request, { key, account });
    if (key ?? (anonymous && !sent)) {
      done();
      return;
    }
    const refusal = refuseCaller(reply, sent);
    if (!sent || !account) done(refusal);
    else account.charge(Math.min(FAILED_ATTEMPT_UNITS, account.budget)).then(() => done(refusal), done);
  };
}

/**
 * Reports the remaining budget to callers that have one, as in a draft of the IETF's HTTPAPI working group.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/
 */
export function tellBudgets(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const account = accountOf(request);
    if (account?.left !== undefined) {
      const { budget, left, resetMs, waitMs } = account;
      void reply.headers({
        // A rejected tool for agents reports this in the result of its call.
        ...(waitMs !== undefined && { 'retry-after': String(Math.ceil(waitMs / 1_000)) }),
        'ratelimit-policy': `"budget";q=${budget};w=${WINDOW_MS / 1_000};qu="units"`,
        ratelimit: `"budget";r=${left};t=${Math.ceil(resetMs / 1_000)}`,
      });
    }
    done(null, payload);
  });
}

interface SentKey {
  header: 'Authorization' | 'X-API-Key';
  secret: string;
}

/**
 * What the request sends as its key, which may be empty; undefined if it sends none. `X-API-Key` takes precedence,
 * because `Authorization` may belong to a proxy. For the same reason, schemes other than `Bearer` are no keys, unless
 * the scheme of a key was forgotten.
 */
function sentKey({ headers }: FastifyRequest): SentKey | undefined {
  const given = headers['x-api-key'];
  if (given !== undefined) return { header: 'X-API-Key', secret: given.toString() };
  const [bearer, token = ''] = /^bearer(?:\s+(.*))?$/i.exec(headers.authorization ?? '') ?? [];
  const isForgotten = headers.authorization?.includes(KEY_PREFIX);
  return bearer !== undefined || isForgotten ? { header: 'Authorization', secret: token } : undefined;
}

const KEY_FORMS = { Authorization: '"Authorization: Bearer pql_..."', 'X-API-Key': '"X-API-Key: pql_..."' };

/** https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function refuseCaller(reply: FastifyReply, sent: SentKey | undefined): PublicError {
  void reply.header('www-authenticate', `Bearer realm="paperql"${sent ? ', error="invalid_token"' : ''}`);
  return new PublicError(
    'UNAUTHENTICATED',
    sent
      ? `The API key in the header ${sent.header} is not valid; expected ${KEY_FORMS[sent.header]} with a key that has not been revoked`
      : `This server expects an API key: send it as ${KEY_FORMS.Authorization} or ${KEY_FORMS['X-API-Key']}`,
  );
}

/**
 * Clients that came through a proxy, by network; the maximum exceeds the number that are likely to have waiting work.
 */
const proxied = new LRUCache<string, object>({ max: 10_000 });

/**
 * Turns are divided between the objects that this returns: connections, each of which belongs to one client; or
 * networks of clients, if a trusted proxy owns the connections and sends requests of any client over them.
 */
export function clientOf(request: FastifyRequest): object {
  const { ip } = request;
  const { socket } = request.raw;
  if (ip === socket.remoteAddress) return socket;
  const network = toNetwork(ip);
  const client = proxied.get(network) ?? {};
  proxied.set(network, client);
  return client;
}

/**
 * Functions to call when a connection closes. Adding a listener to the socket for each pipelined request would cause
 * a leak warning.
 */
const watched = new WeakMap<Socket, Set<() => void>>();

/**
 * A controller that aborts with a `ClientGoneError` when the connection closes before the response is finished. It
 * watches the socket rather than the response, because only the first of several pipelined requests has a response
 * that is notified.
 */
export function createHangUpController(request: IncomingMessage, response: ServerResponse): AbortController {
  const controller = new AbortController();
  const hangUp = () => controller.abort(new ClientGoneError());
  const { socket } = request;
  if (socket.destroyed) hangUp();
  const listeners = watched.get(socket) ?? watch(socket);
  listeners.add(hangUp);
  response.once('finish', () => listeners.delete(hangUp));
  return controller;
}

function watch(socket: Socket): Set<() => void> {
  const listeners = new Set<() => void>();
  watched.set(socket, listeners);
  socket.once('close', () => {
    for (const listener of listeners) listener();
    listeners.clear();
  });
  return listeners;
}

export type Context = ReturnType<typeof createContext>;

/** The request that a context belongs to. */
export interface AskedRequest {
  log: FastifyBaseLogger;
  /** Aborts when the caller has left. The time limit aborts it, too. */
  controller: AbortController;
  /** The account to charge; absent if there is no budget. */
  account?: Account | undefined;
  /** See `Admission.execute`. */
  takeTurn: (share: number, deadline: Deadline) => Promise<void>;
}

/** The context of the resolvers of one request, and of the plugins that run before them. */
export function createContext(services: Services, { log, controller, account, takeTurn }: AskedRequest) {
  const { deadline, ...sources } = createSources(services, controller);
  return {
    log,
    account,
    takeTurn: (share: number) => takeTurn(share, deadline),
    ...sources,
    /** Plan of the operation; known before its first resolver runs. */
    plan: NO_PLAN,
    /** Whether it was charged to the account and executed. */
    isCharged: false,
  };
}
