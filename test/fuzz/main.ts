/** `npm run fuzz -- --count 20000 --seed 7`: see `fuzz.ts`. `--from INDEX --count 1` repeats one operation. */
import { parseArgs } from 'node:util';
import { describeReport } from './describe-report.js';
import { fuzz } from './fuzz.js';
import { startFuzzedServer } from './fuzzed-server.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    from: { type: 'string', default: '0' },
    lanes: { type: 'string', default: '4' },
  },
});
const options = {
  count: Number(values.count),
  seed: Number(values.seed),
  from: Number(values.from),
  lanes: Number(values.lanes),
};
const server = await startFuzzedServer();
try {
  const report = await fuzz(server, options);
  console.log(describeReport(report, options));
  if (report.findings.length > 0) process.exitCode = 1;
} finally {
  await server.stop();
}
