import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../threads/answer-questions.js';
import type { BatchPlan } from './batch.js';
import { prepareBatches } from './prepare-batches.js';
import type { Reading } from './load-threads.js';

/** The thread that reads, parses and cleans. */
const plan = workerData as BatchPlan; // given by `openReader`, which has this type
const free: SharedArrayBuffer[] = [];
const batches = prepareBatches(plan, () => free.pop());

answerQuestions<Reading>(async ({ released }) => {
  free.push(...released);
  const startedAt = Date.now();
  const next = await batches.next();
  return next.done ? null : { ...next.value, reading: { startedAt, endedAt: Date.now() } };
});
