import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startRecording, startReplay, type Recorder } from '../../../support/qdrant-recording.js';
import { ok, startQdrantServer } from '../../../support/qdrant-server.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'paperql-recording-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a replay returns each recorded exchange once, in order, and rejects everything else', async () => {
  const file = path.join(folder, 'sub', 'recording.jsonl');
  let count = 0;
  const real = await startQdrantServer(() => ok({ count: ++count }));
  const recording = await startRecording(real.url, file);
  expect(await ask(recording, { exact: true })).toEqual([200, { result: { count: 1 }, status: 'ok' }]);
  expect(await ask(recording, { exact: true })).toEqual([200, { result: { count: 2 }, status: 'ok' }]);
  expect(await ask(recording, {})).toEqual([200, { result: { count: 3 }, status: 'ok' }]);
  await recording.close();
  await real.close();

  const replay = await startReplay(file);
  expect(await ask(replay, { exact: true })).toEqual([200, { result: { count: 1 }, status: 'ok' }]);
  expect(await ask(replay, { exact: true })).toEqual([200, { result: { count: 2 }, status: 'ok' }]);
  expect(replay.differences()).toEqual(['left: POST /points/count']);
  expect(await ask(replay, { exact: true })).toEqual([501, { status: { error: 'not recorded' } }]);
  expect(await ask(replay, { exact: false })).toEqual([501, { status: { error: 'not recorded' } }]);
  expect(replay.differences()).toEqual([
    'not recorded: POST /points/count {"exact":true}',
    'not recorded: POST /points/count {"exact":false}',
    'left: POST /points/count',
  ]);
  await replay.close();
});

async function ask({ url }: Recorder, body: unknown): Promise<[number, unknown]> {
  const response = await fetch(`${url}/points/count`, { method: 'POST', body: JSON.stringify(body) });
  return [response.status, await response.json()];
}
