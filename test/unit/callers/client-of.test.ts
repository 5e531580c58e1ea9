import { afterEach, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { parseConfig } from '../../../src/config/config.js';
import { clientOf } from '../../../src/callers/caller.js';
import { createHttpServer } from '../../../src/server/http-server.js';

let app: FastifyInstance;
afterEach(() => app.close());

/** A server that records the client of each request; each request has its own connection. */
async function listen(environment: Record<string, string>) {
  const clients: object[] = [];
  app = createHttpServer(parseConfig({ LOG_LEVEL: 'silent', ...environment }));
  app.get('/', (request) => {
    clients.push(clientOf(request));
    return {};
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const ask = (from: string) => fetch(url, { headers: { 'x-forwarded-for': from, connection: 'close' } });
  return { clients, ask };
}

test('with a trusted proxy, clients are identified by their networks, whatever the connection', async () => {
  const { clients, ask } = await listen({ TRUST_PROXY: '127.0.0.1' });
  const addresses = ['203.0.113.7', '203.0.113.8', '203.0.113.7', '2001:db8::1', '2001:db8::2'];
  for (const address of addresses) await ask(address);
  const [first, second, third, fourth, fifth] = clients;
  expect(third).toBe(first);
  expect(fifth).toBe(fourth);
  expect(new Set([first, second, fourth]).size).toBe(3);
});

test('without one, clients are identified by their connections, whatever they claim', async () => {
  const { clients, ask } = await listen({});
  await ask('203.0.113.7');
  await ask('203.0.113.7');
  expect(new Set(clients).size).toBe(2);
});
