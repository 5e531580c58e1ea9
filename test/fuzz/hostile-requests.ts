import type { GraphQLSchema } from 'graphql';
import type { Dice } from './dice.js';
import type { Operation } from './amplifiers.js';
import { hostileOperation } from './hostile-documents.js';
import { hostileText } from './hostile-text.js';
import { insertHuge, mangle, toWellFormed, type Malice, type Material } from './hostile-values.js';

/** A request to `/graphql` as sent over the wire. */
export interface HostileRequest {
  method: string;
  /** Path and query string. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PREFLIGHT = { 'apollo-require-preflight': 'true' };

/** A request that a careless or hostile client may send. */
export function hostileRequest(
  dice: Dice,
  schema: GraphQLSchema,
  material: Material,
  malice: Malice,
): HostileRequest {
  const operation = hostileOperation(dice, schema, material, malice);
  const wire = dice.int(0, 99);
  if (wire < 78) return post(JSON_TYPE, insertHuge(dice, JSON.stringify(operation)));
  if (wire < 86) return get(dice, operation);
  if (wire < 89) return post(JSON_TYPE, batch(dice, operation));
  if (wire < 92) return post(oddHeaders(dice), JSON.stringify(operation));
  if (wire < 95) return post(JSON_TYPE, JSON.stringify(oddMembers(dice, operation)));
  if (wire < 98) return post(JSON_TYPE, oddBody(dice, operation, malice.scale));
  return {
    ...post(JSON_TYPE, JSON.stringify(operation)),
    method: dice.pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS']),
  };
}

function post(headers: Record<string, string>, body: string): HostileRequest {
  return { method: 'POST', path: '/graphql', headers, body };
}

function get(dice: Dice, { query, variables }: Operation): HostileRequest {
  const parts = Object.entries({ query, variables: insertHuge(dice, JSON.stringify(variables)) }).map(
    ([name, value]) => `${name}=${encodeURIComponent(toWellFormed(value))}`,
  );
  const extra = dice.pick(['', '', '&query=%7B__typename%7D', '&variables[a]=1', '&%', '&operationName=%00']);
  // Node limits the head of a request to 16 kB.
  const path = `/graphql?${parts.join('&')}${extra}`.slice(0, dice.pick([12_000, 12_000, 20_000]));
  return { method: 'GET', path, headers: dice.chance(0.8) ? PREFLIGHT : {} };
}

function batch(dice: Dice, operation: Operation): string {
  return JSON.stringify(Array.from({ length: dice.size(50) }, () => operation));
}

function oddHeaders(dice: Dice): Record<string, string> {
  return dice.pick<Record<string, string>>([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'application/json; charset=utf-7' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/graphql' },
    { 'content-type': ';;' },
    {},
    { ...JSON_TYPE, accept: 'application/graphql-response+json' },
    { ...JSON_TYPE, accept: 'multipart/mixed; deferSpec=20220824' },
    { ...JSON_TYPE, accept: 'text/html' },
    { ...JSON_TYPE, accept: '*/*;q=0' },
    { ...JSON_TYPE, 'content-encoding': 'gzip' },
    { ...JSON_TYPE, 'x-request-id': 'x'.repeat(dice.size(4_000)) },
  ]);
}

function oddMembers(dice: Dice, operation: Operation): unknown {
  return {
    ...operation,
    ...dice.pick<Record<string, unknown>>([
      { operationName: hostileText(dice, 100) },
      { operationName: 1 },
      { variables: hostileText(dice, 100) },
      { variables: [operation.variables] },
      { variables: 1 },
      { query: [operation.query] },
      { query: null },
      { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } },
      { extensions: { persistedQuery: { version: 9, sha256Hash: {} } } },
      { extensions: 'x' },
      { documentId: 'x', id: 'x' },
    ]),
  };
}

function oddBody(dice: Dice, operation: Operation, scale: number): string {
  const whole = JSON.stringify(operation);
  const most = Math.ceil(150_000 * scale);
  return dice.pick([
    () => mangle(dice, whole),
    () => dice.pick(['', 'null', '[]', '{}', '1', '"{__typename}"', '\ufeff{}', '{"query":']),
    () => '['.repeat(dice.size(most)),
    () => `{"query":"{__typename}","variables":${'{"a":'.repeat(dice.size(most / 6))}`,
    () => `{"query":"{__typename}","variables":{"a":${'['.repeat(most / 2)}${']'.repeat(most / 2)}}}`,
    () => `{"__proto__":{"query":"{corpus{count}}"},"constructor":{"prototype":1},${whole.slice(1)}`,
    () => `{"query":"{__typename}","query":${JSON.stringify(operation.query)}}`,
    // At the size limit of a body, and one byte below and above it.
    () => whole.padEnd(299_999 + dice.int(0, 2)),
  ])();
}
