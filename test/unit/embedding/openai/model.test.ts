import { describe, expect, test } from '@jest/globals';
import { toOpenAiModel } from '../../../../src/embedding/openai/model.js';

describe('id and dimension of an OpenAI model', () => {
  test.each([
    ['text-embedding-3-small', undefined, 'openai:text-embedding-3-small', 1536, undefined],
    ['text-embedding-3-large', undefined, 'openai:text-embedding-3-large', 3072, undefined],
    ['text-embedding-ada-002', undefined, 'openai:text-embedding-ada-002', 1536, undefined],
    ['text-embedding-3-large', 1024, 'openai:text-embedding-3-large@1024', 1024, 1024],
    ['text-embedding-3-large', 3072, 'openai:text-embedding-3-large', 3072, undefined],
    ['text-embedding-ada-002', 1536, 'openai:text-embedding-ada-002', 1536, undefined],
    ['nomic-embed-text', 768, 'openai:nomic-embed-text', 768, 768],
    ['openai/text-embedding-3-small', 64, 'openai:openai/text-embedding-3-small', 64, 64],
  ])('%s with %s dimensions is %s', (name, dimensions, id, dimension, requestedDimensions) => {
    expect(toOpenAiModel(name, dimensions)).toEqual({ id, name, dimension, requestedDimensions });
  });

  test.each([
    ['nomic-embed-text', undefined, /EMBEDDING_DIMENSIONS: required.*"nomic-embed-text"/],
    ['text-embedding-ada-002', 1024, /EMBEDDING_DIMENSIONS.*always 1536 dimensions, not 1024/],
    ['text-embedding-3-small', 3072, /EMBEDDING_DIMENSIONS.*at most 1536 dimensions, not 3072/],
  ])('%s with %s dimensions is a mistake in the configuration', (name, dimensions, message) => {
    expect(() => toOpenAiModel(name, dimensions)).toThrow(
      expect.objectContaining({ name: 'StartupError', message: expect.stringMatching(message) }),
    );
  });
});
