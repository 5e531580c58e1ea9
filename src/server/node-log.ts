import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import { onNodeChange } from '../store/node-changes.js';

/** Logs which servers of the store's cluster are avoided, and which are used again. */
export function createNodeLog(log: FastifyBaseLogger): ApolloServerPlugin {
  return {
    serverWillStart: async () => {
      const stop = onNodeChange(({ node, isUp, reason }) => {
        if (isUp) log.info({ node }, 'a server of the store is used again');
        else log.warn({ node, reason }, 'a server of the store is avoided');
      });
      return { serverWillStop: async () => stop() };
    },
  };
}
