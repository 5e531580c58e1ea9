import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { FastifyBaseLogger } from 'fastify';
import { createDocumentStore, createPersistedQueryCache } from './apollo-caches.js';
import type { Context } from './context.js';
import { EXAMPLE_OPERATIONS } from './example-operations.js';
import { createLimitsPlugin } from './limits-plugin.js';
import { createErrorLog } from './log.js';
import { readSchemaFiles } from './schema.js';
import { createAnswerWriter } from './answers.js';
import type { Config } from '../config/config.js';
import { resolvers } from '../resolvers/resolvers.js';

export function createApollo(
  logger: FastifyBaseLogger,
  { explorer, limits }: Pick<Config, 'explorer' | 'limits'>,
): ApolloServer<Context> {
  const errorLog = createErrorLog(logger);
  return new ApolloServer<Context>({
    typeDefs: readSchemaFiles(),
    resolvers,
    formatError: errorLog.formatError,
    documentStore: createDocumentStore(),
    cache: createPersistedQueryCache(),
    parseOptions: { maxLexicalTokens: limits.tokens },
    // The schema is public: frontend teams generate their types from it.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // The commands decide when to stop; see `commands/serve.ts`.
    stopOnTerminationSignals: false,
    stringifyResult: createAnswerWriter(limits.answerBytes),
    logger,
    plugins: [
      createLimitsPlugin(limits),
      errorLog.plugin,
      // No field has a cache hint, and a plugin that hears of every field makes Apollo wrap every resolver: 8% of the
      // CPU time of a search. `server.ts` sends the header that the plugin would.
      ApolloServerPluginCacheControlDisabled(),
      explorer === 'sandbox'
        ? ApolloServerPluginLandingPageLocalDefault({ document: EXAMPLE_OPERATIONS })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}
