import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from './clock.js';
import { get, type HttpAnswer, type GetOptions } from './get.js';
import type { DumpRecord } from './raw-record.js';
import { readPage, UnreadablePageError, type OaiPage } from './read-page.js';
import { PATIENCE_MS, SourceError, type Turns } from './turns.js';
import { toError } from '../errors/errors.js';
import { parseRetryAfter } from '../errors/retry-after.js';
import { durationInWords } from '../duration.js';
import { systemCodeOf } from '../system-error.js';

/** Waiting time after failures that do not specify one: 10 s, doubling to 5 min. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;
/** Maximum consecutive failures that are retried: with the waiting times above, some ten minutes. */
const MOST_WAITS = 6;
const MOST_REDIRECTS = 5;
/**
 * Statuses below 500 that may pass. Those from 500 on come from the server itself, or from a CDN before it.
 */
const PASSING = [408, 425, 429];
/** The server will never support the request. */
const NOT_IMPLEMENTED = 501;

/** Arguments of a request, including `verb`. */
export type OaiArguments = Readonly<Record<string, string>>;

export interface OaiServer {
  /**
   * Requests one page, with retries.
   *
   * @param begin called before each try; returns the function that takes that try's records.
   * @throws SourceError if the server cannot be asked any further for now.
   */
  ask(asked: OaiArguments, begin: () => Promise<TakeRecords>): Promise<OaiPage>;
  /** Number of requests so far, including failed ones. */
  requests(): number;
}

export type TakeRecords = (records: DumpRecord[]) => Promise<void>;

export interface OaiServerOptions extends Omit<GetOptions, 'signal'> {
  url: string;
  turns: Turns;
  clock: Clock;
  signal: AbortSignal;
  /** Called for each wait. */
  note: (message: string) => void;
}

/** The outcome of one request. */
type OaiOutcome =
  | { kind: 'page'; page: OaiPage }
  | { kind: 'moved'; to: URL }
  /** A retry may succeed. */
  | { kind: 'failed'; problem: string; retryAfterMs?: number | undefined }
  | { kind: 'refused'; problem: string };

export function createOaiServer(options: OaiServerOptions): OaiServer {
  const { turns, clock, signal, note } = options;
  let count = 0;

  /**
   * Sends a request when it is the host's turn. The turns enforce the wait after a failure, so that it delays other
   * processes, too.
   */
  const askOnce = (url: URL, begin: () => Promise<TakeRecords>, waits: number) =>
    turns.take(url, signal, async () => {
      count++;
      const outcome = await request(url, options, begin);
      return { result: outcome, holdMs: outcome.kind === 'failed' ? toWaitMs(outcome, waits) : 0 };
    });

  return {
    async ask(asked, begin) {
      let url = toUrl(options.url, asked);
      let redirects = 0;
      for (let waits = 0; ;) {
        const outcome = await askOnce(url, begin, waits);
        switch (outcome.kind) {
          case 'page':
            return outcome.page;
          case 'moved':
            if (++redirects > MOST_REDIRECTS) throw new SourceError(`${url.host} redirects in a loop`);
            url = outcome.to;
            break;
          case 'refused':
            throw new SourceError(outcome.problem);
          case 'failed': {
            const waitMs = toWaitMs(outcome, waits);
            if (waits++ >= MOST_WAITS || waitMs > PATIENCE_MS) throw new SourceError(outcome.problem);
            note(`${outcome.problem}; retrying in ${durationInWords(waitMs)}`);
            // The failure may have happened after a redirect, and requests to the original host must wait as long.
            if (url.host !== new URL(options.url).host) await clock.sleep(waitMs, signal);
            url = toUrl(options.url, asked);
            redirects = 0;
            break;
          }
        }
      }
    },
    requests: () => count,
  };
}

/**
 * As long as the server says, and no longer the first time. If it fails again after the time that it named, it is
 * treated like one that names none.
 *
 * @param waits consecutive failures before this one.
 */
function toWaitMs({ retryAfterMs }: { retryAfterMs?: number | undefined }, waits: number): number {
  if (retryAfterMs === undefined) return Math.min(FIRST_WAIT_MS * 2 ** waits, LONGEST_WAIT_MS);
  const doubled = waits === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (waits - 1), LONGEST_WAIT_MS);
  return Math.max(retryAfterMs, doubled);
}

function toUrl(base: string, asked: OaiArguments): URL {
  const url = new URL(base);
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url;
}

async function request(
  url: URL,
  options: OaiServerOptions,
  begin: () => Promise<TakeRecords>,
): Promise<OaiOutcome> {
  try {
    return await get(url, options, (answer) => readOutcome(url, answer, options, begin));
  } catch (thrown) {
    options.signal.throwIfAborted();
    const error = toError(thrown);
    if (error instanceof UnreadablePageError) {
      return { kind: 'failed', problem: `${url.host}: ${error.message}` };
    }
    // A failure of our own disk is not the server's.
    if (isFileError(error)) throw error;
    const reason = error.message || (systemCodeOf(error) ?? 'the connection failed');
    return { kind: 'failed', problem: `${url.host} did not answer: ${reason}` };
  }
}

async function readOutcome(
  url: URL,
  { status, headers, body }: HttpAnswer,
  { clock }: OaiServerOptions,
  begin: () => Promise<TakeRecords>,
): Promise<OaiOutcome> {
  if (status === 200) return { kind: 'page', page: await readPage(body, await begin()) };
  if (status >= 300 && status < 400) return toRedirect(url, headers);
  const problem = `${url.host} answered ${status}`;
  const isPassing = PASSING.includes(status) || (status >= 500 && status !== NOT_IMPLEMENTED);
  return isPassing
    ? { kind: 'failed', problem, retryAfterMs: readRetryAfter(headers, clock.now()) }
    : { kind: 'refused', problem: `${problem}; check OAI_URL, and whether the server allows this machine` };
}

/** A date is relative to the server's own time, if it reports that. */
function readRetryAfter(headers: IncomingHttpHeaders, now: number): number | undefined {
  const serverNow = Date.parse(headers.date ?? '');
  return parseRetryAfter(headers['retry-after'], Number.isNaN(serverNow) ? now : serverNow);
}

/** The target of the redirect; a secure address only redirects to secure ones. */
function toRedirect(url: URL, { location = '' }: IncomingHttpHeaders): OaiOutcome {
  const to = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
  const isPossible = to?.protocol === 'https:' || (to?.protocol === 'http:' && url.protocol === 'http:');
  if (!to || !isPossible) {
    return { kind: 'refused', problem: `${url.host} redirects to ${JSON.stringify(location.slice(0, 200))}` };
  }
  // The address after a move often lacks the arguments.
  if (to.search === '') to.search = url.search;
  return { kind: 'moved', to };
}

function isFileError(error: Error): boolean {
  return 'syscall' in error && ['open', 'write', 'fsync', 'rename'].includes(String(error.syscall));
}
