import { afterAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packagePath } from '../../../src/package-root.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';

const ALERTS = packagePath('deploy', 'alerts.yml');
const DASHBOARD = readFileSync(packagePath('deploy', 'grafana.json'), 'utf8');
const PROMTOOL = process.env['PROMTOOL'] ?? '/usr/bin/promtool';

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

/** Names of what is in the metrics, as a query may use them. */
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

test('alerts and dashboard ask for metrics that there are', async () => {
  const names = await readNames();
  const asked = [text, DASHBOARD].flatMap((each) => each.match(/\b(paperql|nodejs|process)_\w+/g) ?? []);
  expect(new Set(asked).size).toBeGreaterThan(15);
  expect([...new Set(asked)].filter((name) => !names.has(name))).toEqual([]);
});

test('docs/operations.md has a section for each alert, which the alert names', () => {
  const documentation = readFileSync(packagePath('docs', 'operations.md'), 'utf8');
  const sections = Array.from(documentation.matchAll(/^### (Paperql\w+)$/gm), ([, name]) => name);
  expect(alerts.map(({ alert }) => alert)).toEqual(sections);
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
  }
});

const isThere = existsSync(PROMTOOL);
const note = `NOT TESTED. There is no promtool at ${PROMTOOL}: install prometheus, or set PROMTOOL`;
(isThere ? describe : describe.skip)(`promtool${isThere ? '' : `: ${note}`}`, () => {
  test('accepts the rules', () => {
    expect(execFileSync(PROMTOOL, ['check', 'rules', ALERTS], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  test('sees them fire when they should, and not before', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'paperql-alerts-'));
    const at = (alertname: string, eval_time: string, exp_alerts: object[]) => ({
      alertname,
      eval_time,
      exp_alerts,
    });
    const summary = (alert: string, told: string) => ({
      summary: told,
      runbook: `docs/operations.md#${alert.toLowerCase()}`,
    });
    const scene = {
      rule_files: [ALERTS],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: 'up{job="paperql",instance="one"}', values: '1x10 0x10' },
            { series: 'paperql_http_requests_total{status="200"}', values: '0+97x20' },
            { series: 'paperql_http_requests_total{status="503"}', values: '0+3x20' },
            { series: 'paperql_sync_lag_seconds', values: '1000+60x20' },
          ],
          alert_rule_test: [
            at('PaperqlDown', '11m', []),
            at('PaperqlDown', '13m', [
              {
                exp_labels: { severity: 'critical', job: 'paperql', instance: 'one' },
                exp_annotations: summary('PaperqlDown', 'one does not answer Prometheus'),
              },
            ]),
            at('PaperqlServerErrors', '12m', [
              {
                exp_labels: { severity: 'critical' },
                exp_annotations: summary('PaperqlServerErrors', 'More than 1 % of requests get a 5xx'),
              },
            ]),
            at('PaperqlCorpusStale', '20m', []),
          ],
        },
      ],
    };
    const file = path.join(folder, 'scene.yml');
    await writeFile(file, JSON.stringify(scene));
    expect(execFileSync(PROMTOOL, ['test', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS');
    await rm(folder, { recursive: true });
  });
});
