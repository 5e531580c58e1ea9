import { TimeoutError, UnexpectedAnswerError, type Call, type Node } from './node.js';
import type { Outcome, Outgoing } from './node.js';
import { createPace } from './pace.js';
import type { Repeat } from './repeatable.js';
import { parseRetryAfter } from '../../errors/retry-after.js';
import { publishNodeChange } from '../node-changes.js';

/** Time without an answer after which a server is asked whether it is alive, and the time it has to say so. */
const SILENCE_MS = 300;
const ALIVE_MS = 400;
/** Time until a server is asked that again, when a request takes long. */
const LOOK_AGAIN_MS = 1_000;
/** Times that a request is sent to each server at most, while all of them are silent. */
const MOST_AT_ONCE = 2;
/** Time that a server is avoided. It doubles with each time that the server is not well yet. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 15_000;
const READY_MS = 2_000;

/** Answered by any Qdrant that runs, whatever its collections do. */
const ALIVE: Outgoing = { method: 'GET', path: '/healthz' };
/** Answered with 503 until the server has everything that its cluster has agreed on. */
const READY: Outgoing = { method: 'GET', path: '/readyz' };

/** What a proxy says of a server that is away, and a server of itself. */
const AWAY_STATUSES = [502, 503, 504];
/** A request that the server does not know. */
const NOT_IMPLEMENTED = 501;

const SILENT = `no answer in ${SILENCE_MS + ALIVE_MS} ms`;

/** The server was silent, and did not say that it is alive. */
class UnresponsiveError extends Error {
  override readonly name = 'UnresponsiveError';
}

/** Another server has answered, or nobody waits any longer. */
class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** The servers of one cluster. */
export interface Nodes {
  /**
   * The outcome of the request at the first server that is up, or at one after it where that one fails and `repeat` allows
   * sending the request again.
   *
   * @throws the signal's reason when it is aborted: connections are closed then.
   */
  ask(outgoing: Outgoing, repeat: Repeat, timeoutMs: number, signal?: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** A server and how it is. */
interface Member {
  node: Node;
  /** When to try it again, by `performance.now()`; null while it is up. */
  restsUntil: number | null;
  restMs: number;
  /** Whether it is alive, while it is being asked. */
  alive: Promise<boolean> | null;
  /** Whether it is being asked if it is ready again. */
  isTried: boolean;
}

/**
 * Sends requests to the first server that is up, and to no other: replicas of an approximate index differ a little, and pages
 * of one search should come from the same. A server that fails is avoided for a while. No request finds out whether it is
 * back: the server is asked beside the requests, which go elsewhere meanwhile.
 *
 * A server that is silent is asked over another connection whether it is alive. If it is not, the request goes on at the next
 * one, within a second of its start; the silent one may answer all the same. If it is, a write waits, and a read is sent to the
 * next one too. While every server is silent, as when the machine is overloaded, the request waits for the first that answers.
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
  const pace = createPace();

  function ask(outgoing: Outgoing, repeat: Repeat, timeoutMs: number, signal?: AbortSignal) {
    const startedAt = performance.now();
    const left = inOrder(members);
    const running = new Set<Call>();
    let latest: Call | undefined;
    let spare: NodeJS.Timeout | undefined;

    return new Promise<Outcome>((resolve, reject) => {
      const finish = () => {
        clearTimeout(spare);
        signal?.removeEventListener('abort', leave);
        for (const call of running) call.cancel(new CancelledError());
        running.clear();
      };
      const leave = () => {
        finish();
        reject(signal?.reason as Error); // a reason is whatever the signal's owner gave
      };
      const startNext = (): boolean => {
        clearTimeout(spare);
        const member = left.shift();
        if (!member) return false;
        const leftMs = timeoutMs - (performance.now() - startedAt);
        const call = start(member, outgoing, repeat, leftMs, () => goOnAfter(call));
        latest = call;
        running.add(call);
        if (repeat === 'read' && left.some(isUp)) spare = setTimeout(startNext, pace.lateMs(SILENCE_MS));
        void call.outcome.then((outcome) => {
          if (!running.delete(call)) return;
          if (!isFinal(outcome, repeat) && (startNext() || running.size > 0)) return;
          if (repeat === 'read') pace.note(performance.now() - startedAt);
          finish();
          resolve(outcome);
        });
        return true;
      };
      const goOnAfter = (silent: Call) => {
        if (repeat === 'once') {
          silent.cancel(new UnresponsiveError(SILENT));
        } else if (silent === latest && running.size < MOST_AT_ONCE * members.length) {
          // All have been asked; those that may be back are asked again.
          if (left.length === 0) left.push(...members.filter(isRested));
          startNext();
        }
      };
      signal?.addEventListener('abort', leave, { once: true });
      startNext();
    });
  }

  /** One server alone is waited for, whatever it does: there is no other. */
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

/** Those that are up, in the order of preference; then those that may not be, those that are to be tried first at first. */
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

/** Whether it may be asked although it failed. */
function isRested({ restsUntil }: Member): boolean {
  return restsUntil === null || performance.now() >= restsUntil;
}

/**
 * The call, whose outcome tells how the server is.
 *
 * @param onSilent called when the server turns out not to be alive, and from then on each time that it is looked at: a server that
 * is back need not know the request.
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
  // Time that this process was busy itself says nothing of the server.
  return performance.now() - startedAt > 2 * ALIVE_MS ? isAlive(node) : false;
}

function judge(member: Member, outcome: Outcome): void {
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

/** Whether the failure says something of the server. */
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

/** Asks a server whose rest is over whether it is ready; once at a time. */
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

/** Whether the outcome stays what it is, whichever server is asked, or no other may be. */
function isFinal(outcome: Outcome, repeat: Repeat): boolean {
  if (outcome.kind === 'answered') {
    const { status } = outcome.answer;
    return status < 500 || status === NOT_IMPLEMENTED || repeat === 'once';
  }
  if (outcome.error instanceof TimeoutError || outcome.error instanceof UnexpectedAnswerError) return true;
  return outcome.mayHaveArrived && repeat === 'once';
}
