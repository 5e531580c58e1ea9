import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { describeEmbedder } from './embedder-contract.js';
import { writeBundledModel } from '../support/model-folder.js';
import { NO_PREFIXES } from '../../src/embedding/embedder.js';
import { createLocalEmbedder } from '../../src/embedding/local/embedder.js';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'paperql-own-model-'));
  await writeBundledModel(path.join(parent, 'own'));
});
afterAll(() => rm(parent, { recursive: true }));

describeEmbedder('local', () => createLocalEmbedder());
describeEmbedder('local with two workers', () => createLocalEmbedder({ workers: 2 }));
describeEmbedder("local with a model of the operator's own", () =>
  createLocalEmbedder({ model: { folder: path.join(parent, 'own'), prefixes: NO_PREFIXES } }),
);
