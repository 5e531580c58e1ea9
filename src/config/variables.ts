import { availableParallelism } from 'node:os';
import { z } from 'zod';
import {
  decimal,
  hasNoSecret,
  haveNoSecret,
  hostNames,
  listOf,
  oneOf,
  origins,
  proxies,
  webAddress,
  webAddresses,
  wholeNumber,
  yesOrNo,
} from './setting-values.js';
import { TRACING_VARIABLES } from './tracing.js';
import { EXPECTED_INTERVAL, parseInterval } from '../duration.js';

/** Variables by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const EXPLORERS = ['graphiql', 'sandbox', 'off'] as const;

/** All variables as they may occur in the environment; an empty one counts as not set. */
export const Variables = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: wholeNumber(0, 65_535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  STORE: oneOf(['lance', 'qdrant']).optional(),
  DATA_DIR: z.string().default('./data'),
  QDRANT_URL: webAddresses()
    .refine(haveNoSecret, 'expected a URL without user, password and query; set the key in QDRANT_API_KEY')
    .optional(),
  QDRANT_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'expected visible ASCII characters without spaces')
    .optional(),
  QDRANT_COLLECTION: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/, 'expected letters, digits, "_" and "-"')
    .default('arxiv_papers'),
  QDRANT_COLLECTION_MODEL: z.string().optional(),
  QDRANT_COMPRESSION: yesOrNo().default(false),
  SEARCH_HNSW_EF: wholeNumber(1, 100_000).optional(),
  SEARCH_PROBES: wholeNumber(1, 100_000).optional(),
  SEARCH_RESCORE: yesOrNo().optional(),
  SEARCH_OVERSAMPLING: decimal(1, 1_000).optional(),
  EMBEDDER: oneOf(['local', 'openai']).optional(),
  LOCAL_MODEL_DIR: z.string().optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: webAddress().optional(),
  OPENAI_EMBEDDING_MODEL: z.string().default('text-embedding-3-small'),
  EMBEDDING_DIMENSIONS: wholeNumber(1, 65_536).optional(),
  EMBEDDING_QUERY_PREFIX: z.string().default(''),
  EMBEDDING_DOCUMENT_PREFIX: z.string().default(''),
  EMBEDDING_MAX_TEXTS: wholeNumber(1, 100_000).optional(),
  EMBEDDING_MAX_TOKENS: wholeNumber(1, 100_000_000).optional(),
  EMBEDDING_TIMEOUT_MS: wholeNumber(1, 600_000).default(8_000),
  EMBEDDING_CACHE_SIZE: wholeNumber(0, 10_000_000).default(10_000),
  RERANK_BASE_URL: webAddress()
    .refine(hasNoSecret, 'expected a URL without user, password and query; set the key in RERANK_API_KEY')
    .optional(),
  RERANK_MODEL: z.string().optional(),
  RERANK_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'expected visible ASCII characters without spaces')
    .optional(),
  RERANK_TIMEOUT_MS: wholeNumber(1, 60_000).default(1_500),
  EMBEDDING_BATCH_WINDOW_MS: wholeNumber(0, 1_000).default(3),
  WORKERS: wholeNumber(1, 256).default(1),
  WEB: oneOf(['on', 'off']).default('on'),
  MCP: oneOf(['on', 'off']).default('on'),
  EXPLORER: oneOf(EXPLORERS).optional(),
  CORS_ORIGINS: origins().default([]),
  ALLOWED_HOSTS: hostNames().optional(),
  ANONYMOUS: oneOf(['allow', 'deny']).default('allow'),
  API_KEYS_FILE: z.string().optional(),
  ANONYMOUS_BUDGET: wholeNumber(1, 1_000_000_000_000).optional(),
  KEY_BUDGET: wholeNumber(1, 1_000_000_000_000).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'expected a redis:// or rediss:// URL' }).optional(),
  TRUST_PROXY: proxies().optional(),
  METRICS: oneOf(['on', 'off']).default('off'),
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
  ...TRACING_VARIABLES,
  TRACE_QUERIES: yesOrNo().default(false),
  REQUEST_TIMEOUT_MS: wholeNumber(1, 600_000).default(15_000),
  LOAD_TIMEOUT_MS: wholeNumber(1, 3_600_000).default(60_000),
  MAX_DEPTH: wholeNumber(1, 100).default(20),
  MAX_ALIASES: wholeNumber(0, 1_000).default(30),
  MAX_TOKENS: wholeNumber(10, 100_000).default(2_000),
  MAX_COST: wholeNumber(1_000, 1_000_000_000).default(50_000),
  MAX_ANSWER_BYTES: wholeNumber(10_000, 1_000_000_000).default(8_000_000),
  MAX_BODY_BYTES: wholeNumber(1_000, 100_000_000).default(300_000),
  MAX_QUERY_CHARACTERS: wholeNumber(10, 100_000_000).default(50_000),
  MAX_CONCURRENT_OPERATIONS: wholeNumber(1, 10_000).default(8 * availableParallelism()),
  MAX_CONCURRENT_LARGE_OPERATIONS: wholeNumber(1, 10_000).default(1),
  MAX_QUEUED_OPERATIONS: wholeNumber(0, 100_000).default(200),
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).default(1_000),
  MAX_PIPELINED_REQUESTS: wholeNumber(1, 1_000).default(10),
  MAX_UNREAD_BYTES: wholeNumber(1_000, 100_000_000_000).default(128_000_000),
  HEADERS_TIMEOUT_MS: wholeNumber(1, 600_000).default(10_000),
  RECEIVE_TIMEOUT_MS: wholeNumber(1, 3_600_000).default(30_000),
  SEND_TIMEOUT_MS: wholeNumber(1, 3_600_000).default(60_000),
  OAI_URL: webAddress()
    .refine(hasNoSecret, 'expected a URL without user, password and query')
    .default('https://oaipmh.arxiv.org/oai'),
  SYNC_PAUSE_MS: wholeNumber(0, 3_600_000).default(3_000),
  SYNC_CONTACT: z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/, 'expected an address in at most 200 ASCII characters')
    .optional(),
  SYNC_EVERY: z
    .string()
    .transform(parseInterval)
    .refine((ms) => ms !== null, EXPECTED_INTERVAL)
    .optional(),
  SYNC_SETS: listOf(
    /^[a-z0-9:._-]+$/i,
    'expected names of sets such as cs:cs:LG, separated by commas',
  ).default([]),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  LOG_CLIENTS: yesOrNo().default(false),
  LOG_QUERIES: yesOrNo().default(false),
});

/** All variables after parsing. */
export type Settings = z.infer<typeof Variables>;

/** Names of all variables that are read. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(Variables.shape);

/** Variables that select the store and the embedder. */
export type EngineChoices = Partial<
  Record<'STORE' | 'QDRANT_URL' | 'EMBEDDER' | 'OPENAI_API_KEY', string | undefined>
>;

export function chosenStore({ STORE, QDRANT_URL }: EngineChoices): string {
  return STORE ?? (QDRANT_URL ? 'qdrant' : 'lance');
}

export function chosenEmbedder({ EMBEDDER, OPENAI_API_KEY }: EngineChoices): string {
  return EMBEDDER ?? (OPENAI_API_KEY ? 'openai' : 'local');
}
