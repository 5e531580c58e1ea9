import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createDocumentStore, createPersistedQueryCache, weighDocument } from '../../../src/server/apollo.js';

describe('the store of parsed documents', () => {
  test('counts the size of their source', () => {
    const plain = weighDocument(parse('{ __typename }'));
    const commented = weighDocument(parse(`{ __typename } # ${'x'.repeat(50_000)}`));
    expect(commented - plain).toBeGreaterThan(50_000);
  });

  test('counts each token', () => {
    const long = weighDocument(parse(`{ ${'a '.repeat(1_000)} }`));
    expect(long).toBeGreaterThan(1_000 * 500);
  });

  test('keeps recently used ones, and drops the oldest if there are too many', async () => {
    const store = createDocumentStore();
    const used = parse('{ used }');
    await store.set('used', used);
    for (let at = 0; at < 200; at++) {
      await store.set(`other${at}`, parse(`{ a${at} } # ${'x'.repeat(40_000)}`));
      expect(await store.get('used')).toBe(used);
    }
    expect(store.keys().length).toBeLessThan(100);
    expect(await store.get('other0')).toBeUndefined();
  });
});

test('persisted queries are limited by their total length', async () => {
  const cache = createPersistedQueryCache();
  for (let at = 0; at < 200; at++) await cache.set(`query${at}`, 'x'.repeat(50_000));
  expect(cache.keys().length).toBeLessThan(100);
});
