import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../threads/protocol.js';
import type { BatchPlan } from './batch.js';
import { readBatches } from './prepare-batches.js';
import type { Reading } from './load-threads.js';

/** The reading thread, which also parses and cleans. */
const plan = workerData as BatchPlan; // set by `openReader`, with this type
const free: SharedArrayBuffer[] = [];
const batches = readBatches(plan, () => free.pop());

answerQuestions<Reading>(async ({ released }) => {
  free.push(...released);
  const next = await batches.next();
  return next.done ? null : next.value;
});
