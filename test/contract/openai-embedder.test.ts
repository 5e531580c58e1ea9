import { afterAll, beforeAll } from '@jest/globals';
import { describeEmbedder } from './embedder-contract.js';
import { createOpenAiEmbedder } from '../../src/embedding/openai/embedder.js';
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.js';

let openAi: OpenAiServer;
let compatible: OpenAiServer;

beforeAll(async () => {
  openAi = await startOpenAiServer();
  compatible = await startOpenAiServer({ compatibleModels: { 'nomic-embed-text': 768 } });
});

afterAll(() => Promise.all([openAi.close(), compatible.close()]));

describeEmbedder('openai', async () =>
  createOpenAiEmbedder({
    apiKey: openAi.apiKey,
    baseUrl: openAi.url,
    model: 'text-embedding-3-small',
    timeoutMs: 10_000,
  }),
);

describeEmbedder('a compatible server', async () =>
  createOpenAiEmbedder({
    apiKey: compatible.apiKey,
    baseUrl: compatible.url,
    model: 'nomic-embed-text',
    dimensions: 768,
    timeoutMs: 10_000,
  }),
);
