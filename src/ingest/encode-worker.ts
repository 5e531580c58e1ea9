import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../threads/protocol.js';
import { encodeRecords, type Encoding } from './encode-records.js';

/** The encoding thread. Its data is the encoder's URL, set by `openEncoder`. */
answerQuestions<Encoding>(
  (question) => encodeRecords(String(workerData), question),
  ({ parts }) => parts.map(({ buffer }) => buffer),
);
