import { describeEmbedder } from './embedder-contract.js';
import { createLocalEmbedder } from '../../src/embedding/local/embedder.js';

describeEmbedder('local', () => createLocalEmbedder());
describeEmbedder('local with two workers', () => createLocalEmbedder({ workers: 2 }));
