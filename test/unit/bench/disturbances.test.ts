import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createDisturbances } from '../../../bench/disturbances.js';
import { startArxivServer } from '../../support/arxiv-server.js';

test('loads that run during a soak test end with it, whatever they are doing', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-disturbances-'));
  const arxiv = await startArxivServer({ papers: [] });
  const stop = new AbortController();
  try {
    const disturbances = createDisturbances({ arxiv, environment: { DATA_DIR: folder }, folder });
    const running = disturbances.runUntil(stop.signal);
    setTimeout(() => stop.abort(), 100);
    await running;
    expect(disturbances.counts).toEqual({ loads: 0, syncs: 0, killed: 0, failed: 0 });
  } finally {
    stop.abort();
    await arxiv.close();
    await rm(folder, { recursive: true });
  }
});
