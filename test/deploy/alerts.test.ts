import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packagePath } from '../../src/package-root.js';
import { findProgram } from '../support/programs.js';

const ALERTS = packagePath('deploy', 'alerts.yml');

describe('promtool', () => {
  const promtool = findProgram('promtool');

  test('accepts the rules', () => {
    expect(execFileSync(promtool, ['check', 'rules', ALERTS], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  test('confirms that they fire when they should, and not before', async () => {
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
    expect(execFileSync(promtool, ['test', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS');
    await rm(folder, { recursive: true });
  });
});
