import { afterAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { packagePath } from '../../../src/package-root.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';

const ALERTS = packagePath('deploy', 'alerts.yml');
const DASHBOARD = readFileSync(packagePath('deploy', 'grafana.json'), 'utf8');

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(z.object({ alert: z.string(), annotations: z.object({ runbook: z.string() }) })),
    }),
  ),
});

const text = readFileSync(ALERTS, 'utf8');
const alerts = Rules.parse(parse(text)).groups.flatMap(({ rules }) => rules);

const metrics = createMetrics();
afterAll(() => metrics.close());

/** Names of all metrics, as queries may use them. */
async function readNames(): Promise<Set<string>> {
  metrics.follow({
    waitingOperations: () => 0,
    runningOperations: () => 0,
    areBudgetsShared: () => true,
    corpus: () => Promise.resolve({ papers: 1, lagSeconds: 1, waitingPages: 1, loadedRecords: 1 }),
  });
  const types = (await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm);
  const names = Array.from(types, ([, name = '', type]) =>
    type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
  );
  return new Set(names.flat());
}

test('alerts and dashboard use only existing metrics', async () => {
  const names = await readNames();
  const asked = [text, DASHBOARD].flatMap((each) => each.match(/\b(paperql|nodejs|process)_\w+/g) ?? []);
  expect(new Set(asked).size).toBeGreaterThan(15);
  expect([...new Set(asked)].filter((name) => !names.has(name))).toEqual([]);
});

test('docs/operations.md has a section for each alert, to which the alert links', () => {
  const documentation = readFileSync(packagePath('docs', 'operations.md'), 'utf8');
  const [, ofAlerts = ''] = documentation.split('\n## Alerts\n');
  const sections = Array.from(ofAlerts.matchAll(/^### (\w+)$/gm), ([, name]) => name);
  expect(alerts.map(({ alert }) => alert)).toEqual(sections);
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
  }
});
