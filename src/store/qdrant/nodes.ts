import { TimeoutError, UnexpectedAnswerError, type Call, type Node } from './node.js';
import type { CallOutcome, Outgoing } from './node.js';
import { createLatencyRecord } from './latency.js';
import type { Repeat } from './repeatable.js';
import { parseRetryAfter } from '../../errors/retry-after.js';
import { publishNodeChange } from '../node-changes.js';

/** Time without an answer after which a server's health is checked, and the time limit of that check. */
const SILENCE_MS = 300;
const ALIVE_MS = 400;
/** Interval of further health checks while a request takes long. */
const LOOK_AGAIN_MS = 1_000;
/** Maximum number of times that a request is sent to each server while all of them are silent. */
const MOST_AT_ONCE = 2;
/** Time that a server is avoided. It doubles each time the server turns out not to be ready. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 15_000;
const READY_MS = 2_000;

/** Answered by every running Qdrant server, whatever the state of its collections. */
const ALIVE: Outgoing = { method: 'GET', path: '/healthz' };
/** Answered with 503 until the server has caught up with its cluster. */
const READY: Outgoing = { method: 'GET', path: '/readyz' };

/** Statuses that a proxy sends for an unreachable server, and a server for itself. */
const AWAY_STATUSES = [502, 503, 504];
/** A request that the server does not know. */
const NOT_IMPLEMENTED = 501;
/** Another server that this one asked did not answer in time, such as a replica that was frozen until a moment ago. */
const REQUEST_TIMEOUT = 408;

const SILENT = `no answer in ${SILENCE_MS + ALIVE_MS} ms`;

/** The server was silent and failed its health check. */
class UnresponsiveError extends Error {
  override readonly name = 'UnresponsiveError';
}

/** Another server has answered, or the caller has left. */
class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** The servers of one cluster. */
export interface Nodes {
  /**
   * The outcome of the request at the first server that is up. If that one fails and `repeat` allows it, the request
   * is sent to the next one.
   *
   * @throws the signal's reason if it is aborted, in which case the connections are closed.
   */
  ask(outgoing: Outgoing, repeat: Repeat, timeoutMs: number, signal?: AbortSignal): Promise<CallOutcome>;
  close(): void;
}

/** A server and its state. */
interface Member {
  node: Node;
  /** When to try it again, by `performance.now()`; null while it is up. */
  restsUntil: number | null;
  restMs: number;
  /** The health check in progress. */
  alive: Promise<boolean> | null;
  /** Whether a readiness check is in progress. */
  isTried: boolean;
}

/**
 * Sends requests to the first server that is up, and to no other: replicas of an approximate index differ slightly,
 * and pages of one search should come from the same one. A server that fails is avoided for a while. Separate checks
 * find out whether it is back; requests go to other servers in the meantime.
 *
 * A silent server gets a health check over another connection. If it fails, the request is sent to the next server,
 * within a second of its start; the silent one may still answer. If it passes, a write waits, and a read is also sent
 * to the next server. While every server is silent, as on an overloaded machine, the request waits for the first
 * answer.
 *
 * @param nodes the preferred one first.
 */
export function createNodes(nodes: readonly Node[]): Nodes {
  const members = nodes.map((node): Member => ({
    node,
    restsUntil: null,
    restMs: FIRST_REST_MS,
    alive: null,
    isTried: false,
  }));
  const latency = createLatencyRecord();

  function ask(outgoing: Outgoing, repeat: Repeat, timeoutMs: number, signal?: AbortSignal) {
    const startedAt = performance.now();
    const left = inOrder(members);
    /** In the order of their start. */
    const running = new Set<Call>();
    let spare: NodeJS.Timeout | undefined;

    return new Promise<CallOutcome>((resolve, reject) => {
      const finish = () => {
        clearTimeout(spare);
        signal?.removeEventListener('abort', leave);
        for (const call of running) call.cancel(new CancelledError());
        running.clear();
      };
      const leave = () => {
        finish();
        reject(signal?.reason as Error); // the owner of a signal may give any reason
      };
      const startNext = (): boolean => {
        clearTimeout(spare);
        const member = left.shift();
        if (!member) return false;
        const leftMs = timeoutMs - (performance.now() - startedAt);
        const call = start(member, outgoing, repeat, leftMs, () => goOnAfter(call));
        running.add(call);
        if (repeat === 'read' && left.some(isUp)) spare = setTimeout(startNext, latency.lateMs(SILENCE_MS));
        void call.outcome.then((outcome) => {
          if (!running.delete(call)) return;
          if (!isFinal(outcome, repeat) && (startNext() || running.size > 0)) return;
          if (repeat === 'read') latency.note(performance.now() - startedAt);
          finish();
          resolve(outcome);
        });
        return true;
      };
      const goOnAfter = (silent: Call) => {
        if (repeat === 'once') {
          silent.cancel(new UnresponsiveError(SILENT));
        } else if (silent === [...running].at(-1) && running.size < MOST_AT_ONCE * members.length) {
          // All servers have been tried; try again those that may be back.
          if (left.length === 0) left.push(...members.filter(isRested));
          startNext();
        }
      };
      signal?.addEventListener('abort', leave, { once: true });
      startNext();
    });
  }

  /** A single server is waited for in any case, because there is no other. */
  function start(
    member: Member,
    outgoing: Outgoing,
    repeat: Repeat,
    timeoutMs: number,
    onSilent: () => void,
  ): Call {
    const isAlone = members.length === 1;
    const call = member.node.call(outgoing, timeoutMs, isAlone && repeat === 'read');
    return isAlone ? call : watch(member, call, onSilent);
  }

  return { ask, close: () => nodes.forEach((node) => node.close()) };
}

/**
 * The servers that are up, in the order of preference, then the others, those with the earliest next try first.
 */
function inOrder(members: readonly Member[]): Member[] {
  const up = members.filter(isUp);
  if (up.length === members.length) return up;
  const resting = members.filter((member) => !isUp(member));
  if (up.length > 0) resting.forEach((member) => void tryAgain(member));
  return [...up, ...resting.sort((a, b) => (a.restsUntil ?? 0) - (b.restsUntil ?? 0))];
}

function isUp({ restsUntil, alive }: Member): boolean {
  return restsUntil === null && alive === null;
}

/** Whether it may be tried again after a failure. */
function isRested({ restsUntil }: Member): boolean {
  return restsUntil === null || performance.now() >= restsUntil;
}

/**
 * Watches a call, whose outcome shows the state of the server.
 *
 * @param onSilent called when a health check fails, and from then on after every check, because a server that is back
 * may not know the request.
 */
function watch(member: Member, call: Call, onSilent: () => void): Call {
  let isOver = false;
  let wasSilent = false;
  const look = async () => {
    member.alive ??= isAlive(member.node).finally(() => (member.alive = null));
    const found = await member.alive;
    if (isOver) return;
    timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    if (!found) avoid(member, SILENT);
    wasSilent ||= !found;
    if (wasSilent) onSilent();
  };
  let timer = setTimeout(() => void look(), SILENCE_MS);
  const outcome = call.outcome.then((found) => {
    isOver = true;
    clearTimeout(timer);
    judge(member, found);
    return found;
  });
  return { outcome, cancel: (error) => call.cancel(error) };
}

async function isAlive(node: Node): Promise<boolean> {
  const startedAt = performance.now();
  const { kind } = await node.call(ALIVE, ALIVE_MS, false).outcome;
  if (kind === 'answered') return true;
  // If this process itself was busy, the silence says nothing about the server.
  return performance.now() - startedAt > 2 * ALIVE_MS ? isAlive(node) : false;
}

function judge(member: Member, outcome: CallOutcome): void {
  if (outcome.kind === 'answered') {
    const { status, retryAfter } = outcome.answer;
    if (AWAY_STATUSES.includes(status)) {
      avoid(member, `status ${status}`, parseRetryAfter(retryAfter));
    } else {
      welcome(member);
    }
  } else if (isOfNode(outcome.error)) {
    avoid(member, outcome.error.message);
  }
}

/** Whether the failure says something about the server. */
function isOfNode(error: Error): boolean {
  return (
    !(error instanceof TimeoutError) &&
    !(error instanceof UnexpectedAnswerError) &&
    !(error instanceof CancelledError)
  );
}

function avoid(member: Member, reason: string, askedMs = 0): void {
  if (member.restsUntil === null) publishNodeChange({ node: member.node.host, isUp: false, reason });
  const restMs = Math.min(Math.max(member.restMs, askedMs), LONGEST_REST_MS);
  member.restsUntil = performance.now() + restMs;
}

function welcome(member: Member): void {
  if (member.restsUntil !== null) publishNodeChange({ node: member.node.host, isUp: true });
  member.restsUntil = null;
  member.restMs = FIRST_REST_MS;
}

/** Checks whether a server is ready after its rest; one check at a time. */
async function tryAgain(member: Member): Promise<void> {
  const { node, restsUntil, isTried } = member;
  if (isTried || restsUntil === null || performance.now() < restsUntil) return;
  member.isTried = true;
  const outcome = await node.call(READY, READY_MS, false).outcome;
  member.isTried = false;
  if (outcome.kind === 'answered' && !AWAY_STATUSES.includes(outcome.answer.status)) {
    welcome(member);
  } else {
    member.restMs = Math.min(2 * member.restMs, LONGEST_REST_MS);
    avoid(member, 'not ready');
  }
}

/** Whether the outcome is final: every server would give the same, or no other may be tried. */
function isFinal(outcome: CallOutcome, repeat: Repeat): boolean {
  if (outcome.kind === 'answered') {
    const { status } = outcome.answer;
    const isOfServer = status >= 500 || status === REQUEST_TIMEOUT;
    return !isOfServer || status === NOT_IMPLEMENTED || repeat === 'once';
  }
  if (outcome.error instanceof TimeoutError || outcome.error instanceof UnexpectedAnswerError) return true;
  return outcome.mayHaveArrived && repeat === 'once';
}
