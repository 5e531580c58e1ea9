import { afterAll, expect, jest, test } from '@jest/globals';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { createMetrics, type Metrics, type Readings } from '../../../src/telemetry/metrics.js';

const created: Metrics[] = [];
afterAll(() => created.forEach((metrics) => metrics.close()));

/** The metrics of a process with these readings, as it sends them to the one that answers for all. */
async function metricsOf(readings: Partial<Readings>): Promise<object> {
  const registered = jest.spyOn(AggregatorRegistry, 'setRegistries');
  const metrics = createMetrics();
  created.push(metrics);
  metrics.follow({
    waitingOperations: () => 0,
    runningOperations: () => 0,
    corpus: () => Promise.resolve({ papers: 252, lagSeconds: 60, waitingPages: 3, loadedRecords: 4 }),
    ...readings,
  });
  const [registries] = registered.mock.lastCall ?? [];
  const [registry] = registries as Registry[]; // as `createMetrics` passes them
  if (!registry) throw new Error('The process reports no metrics');
  return registry.getMetricsAsJSON();
}

async function together(...processes: Partial<Readings>[]): Promise<string> {
  const metrics = await Promise.all(processes.map(metricsOf));
  return AggregatorRegistry.aggregate(metrics).metrics();
}

test('budgets count as shared only if every process shares them', async () => {
  const shared = { areBudgetsShared: () => true };
  const separate = { areBudgetsShared: () => false };
  expect(await together(shared, shared)).toMatch(/^paperql_budgets_shared 1$/m);
  expect(await together(shared, separate)).toMatch(/^paperql_budgets_shared 0$/m);
});

test('operations are added up, and the corpus is counted once', async () => {
  const busy = { waitingOperations: () => 5, runningOperations: () => 2 };
  const text = await together(busy, busy);
  expect(text).toMatch(/^paperql_queued_operations 10$/m);
  expect(text).toMatch(/^paperql_running_operations 4$/m);
  expect(text).toMatch(/^paperql_corpus_papers 252$/m);
  expect(text).toMatch(/^paperql_sync_lag_seconds 60$/m);
  expect(text).toMatch(/^paperql_sync_waiting_pages 3$/m);
  expect(text).toMatch(/^paperql_load_records 4$/m);
});
