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
        {
          name: 'a single degraded search, then an outage that every search survives',
          interval: '1m',
          input_series: [
            {
              series: 'paperql_degraded_answers_total{reason="EMBEDDING_UNAVAILABLE"}',
              values: '0x5 1x14 1+6x20',
            },
            { series: 'up{job="qdrant",instance="qdrant-2:6333"}', values: '1x20 0x20' },
            { series: 'up{job="qdrant",instance="qdrant-3:6333"}', values: '1x40' },
          ],
          alert_rule_test: [
            ...['8m', '11m', '20m'].map((time) => at('PaperqlDegraded', time, [])),
            at('PaperqlDegraded', '28m', [
              {
                exp_labels: { severity: 'warning', reason: 'EMBEDDING_UNAVAILABLE' },
                exp_annotations: summary(
                  'PaperqlDegraded',
                  'Searches are answered with degraded results: EMBEDDING_UNAVAILABLE',
                ),
              },
            ]),
            at('QdrantNodeDown', '22m', []),
            at('QdrantNodeDown', '24m', [
              {
                exp_labels: { severity: 'warning', job: 'qdrant', instance: 'qdrant-2:6333' },
                exp_annotations: summary(
                  'QdrantNodeDown',
                  'The Qdrant node qdrant-2:6333 does not answer Prometheus',
                ),
              },
            ]),
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
