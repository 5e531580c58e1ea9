import type { Worker } from 'node:cluster';
import { toError } from '../../errors/errors.js';
import { toFailure, toThrown, type Answered, type Failure } from '../../threads/protocol.js';
import type { ServingEmbedder, TextKind } from '../embedder.js';

/**
 * Shares one embedder between processes: the primary process holds it and lends it to the processes that it started.
 */

type Question =
  { about: 'traits' | 'check' } | { about: 'embed'; texts: readonly string[]; kind: TextKind | undefined };

/** Distinguishes these messages from others between the processes. */
const TOPIC = 'embedder';

type Request = { topic: typeof TOPIC; number: number } & ({ question: Question } | { abandon: true });
type Response = { topic: typeof TOPIC } & Answered<unknown>;

type Traits = Pick<ServingEmbedder, 'id' | 'dimension' | 'prefixes'> & { problem: Failure | null };

/** Answers requests of the worker process for its borrowed embedder until the process ends. */
export function lendEmbedder(embedder: ServingEmbedder, worker: Worker): void {
  const abandons = new Map<number, AbortController>();
  worker.on('message', (message: unknown) => {
    if (!isRequest(message)) return;
    const { number } = message;
    if ('abandon' in message) {
      abandons.get(number)?.abort(new Error('The process no longer waits for it'));
      return;
    }
    const controller = new AbortController();
    abandons.set(number, controller);
    void answer(embedder, message.question, controller.signal)
      .then(
        (given): Response => ({ topic: TOPIC, number, answer: given }),
        (error: unknown): Response => ({ topic: TOPIC, number, failure: toFailure(error) }),
      )
      .then((response) => {
        abandons.delete(number);
        if (worker.isConnected()) worker.send(response);
      });
  });
  worker.once('disconnect', () => {
    for (const controller of abandons.values()) controller.abort(new Error('The process ended'));
  });
}

async function answer(embedder: ServingEmbedder, question: Question, signal: AbortSignal): Promise<unknown> {
  switch (question.about) {
    case 'traits': {
      const { id, dimension, prefixes, problem } = embedder;
      return { id, dimension, prefixes, problem: problem ? toFailure(problem) : null } satisfies Traits;
    }
    case 'embed': {
      const outcomes = await embedder.embed(question.texts, { kind: question.kind, signal });
      return outcomes.map((outcome) => (outcome instanceof Error ? toFailure(outcome) : outcome));
    }
    case 'check':
      return embedder.check();
  }
}

/** The embedder that the primary process lends to this one. */
export async function borrowEmbedder(): Promise<ServingEmbedder> {
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let count = 0;
  process.on('message', (message: unknown) => {
    if (!isResponse(message)) return;
    const asked = waiting.get(message.number);
    if ('failure' in message) asked?.reject(toThrown(message.failure));
    else asked?.resolve(message.answer);
  });

  async function ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    const number = count++;
    const abandon = () => {
      waiting.get(number)?.reject(toError(signal?.reason));
      send({ topic: TOPIC, number, abandon: true });
    };
    try {
      return await new Promise((resolve, reject) => {
        waiting.set(number, { resolve, reject });
        signal?.addEventListener('abort', abandon, { once: true });
        send({ topic: TOPIC, number, question });
      });
    } finally {
      waiting.delete(number);
      signal?.removeEventListener('abort', abandon);
    }
  }

  const { problem, ...traits } = (await ask({ about: 'traits' })) as Traits;
  return {
    ...traits,
    ...(problem && { problem: toThrown(problem) }),
    async embed(texts, { kind, signal } = {}) {
      const outcomes = (await ask({ about: 'embed', texts, kind }, signal)) as (Float32Array | Failure)[];
      return outcomes.map((outcome) => (outcome instanceof Float32Array ? outcome : toThrown(outcome)));
    },
    async check() {
      await ask({ about: 'check' });
    },
    async close() {
      // The primary process closes it when all borrowers have ended.
    },
  };
}

/** Node ends a process when its primary process is gone, so no request waits for ever. */
function send(request: Request): void {
  process.send?.(request);
}

function isRequest(message: unknown): message is Request {
  return isOnTopic(message) && ('question' in message || 'abandon' in message);
}

function isResponse(message: unknown): message is Response {
  return isOnTopic(message) && ('answer' in message || 'failure' in message);
}

function isOnTopic(message: unknown): message is object {
  return typeof message === 'object' && message !== null && 'topic' in message && message.topic === TOPIC;
}
