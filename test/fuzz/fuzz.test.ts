import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeReport } from './describe-report.js';
import { fuzz } from './fuzz.js';
import { startFuzzedServer, type FuzzedServer } from './fuzzed-server.js';

let server: FuzzedServer;
beforeAll(async () => {
  server = await startFuzzedServer();
});
afterAll(() => server.stop());

test('1,200 hostile requests do not break the server, stall another client or leak memory', async () => {
  const options = { seed: 15, count: 1_200 };
  const report = await fuzz(server, options);
  expect(report.findings.length === 0 ? '' : describeReport(report, options)).toBe('');
  // Fewer would mean that the fuzzer no longer matches the schema.
  expect(report.served).toBeGreaterThan(options.count / 5);
}, 300_000);
