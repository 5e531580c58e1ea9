import { afterAll, expect, test } from '@jest/globals';

import { describeStoreContract } from './store-contract.js';
import { packagePath } from '../../src/package-root.js';
import { openQdrantStore } from '../../src/store/qdrant/store.js';
import { startRecording, startReplay, type Recorder } from '../support/qdrant-recording.js';

/**
 * On the server of QDRANT_URL where it is set, which `npm run test:record` also records; else on that recording. The
 * suite's collections are named `contract_…`, and are dropped before and after.
 */
const RECORDING = packagePath('test', 'fixtures', 'qdrant', 'contract.jsonl');
const { QDRANT_URL: realUrl, QDRANT_API_KEY: apiKey, PAPERQL_RECORD: isRecording } = process.env;

const recorder = await startRecorder();

async function startRecorder(): Promise<Recorder | undefined> {
  if (!isRecording) return realUrl ? undefined : startReplay(RECORDING);
  if (realUrl) return startRecording(realUrl, RECORDING, apiKey);
  throw new Error('PAPERQL_RECORD needs a real Qdrant server: set QDRANT_URL');
}

afterAll(() => recorder?.close());

describeStoreContract('qdrant', (collection) =>
  openQdrantStore({
    url: recorder?.url ?? realUrl ?? '',
    apiKey: recorder ? undefined : apiKey,
    collection,
    timeoutMs: 20_000,
    compression: false,
  }),
);

test('the suite asks what was recorded, neither more nor less; else: npm run test:record', () => {
  expect(recorder?.differences() ?? []).toEqual([]);
});
