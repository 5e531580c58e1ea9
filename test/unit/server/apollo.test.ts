import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createPersistedQueryCache, DocumentStore, weighDocument } from '../../../src/server/apollo.js';

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
    const store = new DocumentStore();
    const used = parse('{ used }');
    await store.set('used', used);
    for (let at = 0; at < 200; at++) {
      await store.set(`other${at}`, parse(`{ a${at} } # ${'x'.repeat(40_000)}`));
      expect(await store.get('used')).toBe(used);
    }
    expect(store.keys().length).toBeLessThan(100);
    expect(await store.get('other0')).toBeUndefined();
  });

  test('knows the texts of the documents that it has', async () => {
    const store = new DocumentStore();
    const toText = (at: number) => `{ a${at} } # ${'x'.repeat(40_000)}`;
    for (let at = 0; at < 200; at++) await store.set(`hash${at}`, parse(toText(at)));
    for (let at = 0; at < 200; at++) {
      expect(store.hasText(toText(at))).toBe((await store.get(`hash${at}`)) !== undefined);
    }
    expect(store.hasText(toText(0))).toBe(false);
    expect(store.hasText(toText(199))).toBe(true);
    // Two requests may parse the same new text at the same time.
    await store.set('hash199', parse(toText(199)));
    expect(store.hasText(toText(199))).toBe(true);
  });

  test('does not know a text that is too large to keep', async () => {
    const store = new DocumentStore();
    const text = `{ a } # ${'x'.repeat(1_000_000)}`;
    await store.set('hash', parse(text));
    expect(await store.get('hash')).toBeUndefined();
    expect(store.hasText(text)).toBe(false);
  });
});

test('persisted queries are limited by their total length', async () => {
  const cache = createPersistedQueryCache();
  for (let at = 0; at < 200; at++) await cache.set(`query${at}`, 'x'.repeat(50_000));
  expect(cache.keys().length).toBeLessThan(100);
});
