import { availableParallelism } from 'node:os';
import path from 'node:path';
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
import { findTracingMistakes, toTracingConfig, TRACING_VARIABLES, type TracingConfig } from './tracing.js';
import type { BudgetsConfig } from '../access/budgets.js';
import type { Prefixes } from '../embedding/embedder.js';
import { EXPECTED_INTERVAL, parseInterval } from '../duration.js';
import { StartupError } from '../errors/errors.js';
import type { SearchParams } from '../store/store.js';

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const EXPLORERS = ['graphiql', 'sandbox', 'off'] as const;

/** Every variable as it may stand in the environment; an empty one counts as not set. */
const Variables = z.object({
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
    .refine(hasNoSecret, 'user, password and query are not possible')
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

/** The variables that are read. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(Variables.shape);

export interface LanceConfig {
  kind: 'lance';
  dataDir: string;
}

export interface QdrantConfig {
  kind: 'qdrant';
  /** One address, or those of several servers of one cluster, separated by commas, the preferred one first. */
  url: string;
  apiKey: string | undefined;
  compression: boolean;
  /** The model of the collection's vectors, where the collection itself does not say it; undefined when that is not known. */
  collectionModel: string | undefined;
}

export interface LocalEmbedderConfig {
  kind: 'local';
  /** In the place of the bundled model; prefixes that are not empty replace those of its files. */
  model?: { folder: string; prefixes: Prefixes };
}

export interface OpenAiConfig {
  kind: 'openai';
  apiKey: string;
  baseUrl: string | undefined;
  model: string;
  dimensions: number | undefined;
  prefixes: Prefixes;
  /** Maximum number of texts per request; undefined to discover it. */
  maxTexts: number | undefined;
  maxTokens: number | undefined;
}

/** A service that ranks the first results again. */
export interface RerankConfig {
  baseUrl: string;
  /** Undefined where the service has one model. */
  model: string | undefined;
  apiKey: string | undefined;
  /** Time that a ranking waits for it. */
  timeoutMs: number;
}

/** Bounds on one GraphQL request. */
export interface LimitsConfig {
  /** Levels of fields inside one another. */
  depth: number;
  /** Aliases in one operation. */
  aliases: number;
  /** Lexical tokens of the document. */
  tokens: number;
  /** Units that an operation may cost in the worst case, see `docs/limits.md`. */
  cost: number;
  /** Bytes of an answer. */
  answerBytes: number;
  bodyBytes: number;
}

/**
 * Bounds on what all clients together may ask of one process of the server at one time, and on how long each may take over
 * HTTP.
 */
export interface HttpConfig {
  /** Host names that requests may be addressed to; undefined admits every name. */
  allowedHosts: readonly string[] | undefined;
  /** Proxies whose word on a client's address is taken: how many there are, or where; false for none. */
  trustProxy: number | string[] | false;
  /** Length of the text of an operation, apart from its variables. */
  queryCharacters: number;
  /** Operations that are executed at one time. */
  concurrentOperations: number;
  /** How many of them may be large ones, see `admission.ts`. */
  concurrentLargeOperations: number;
  /** Operations that wait for others to end. */
  queuedOperations: number;
  connections: number;
  /** Requests that one connection may have waiting for the answer to an earlier one before it is read no further. */
  pipelinedRequests: number;
  /** Size of all answers that clients have not taken yet. */
  unreadBytes: number;
  /** From the first byte of a request to the last one of its headers. */
  headersTimeoutMs: number;
  /** From the first byte of a request to its last one. */
  receiveTimeoutMs: number;
  /** From the first byte of an answer until the client has taken it all. */
  sendTimeoutMs: number;
}

/** Who may send operations. */
export interface AccessConfig {
  /** Whether callers without a key may. */
  anonymous: boolean;
  /** Where the keys are kept, hashed; it need not exist. */
  keysFile: string;
  budgets: BudgetsConfig;
}

/** Where the metrics are. */
export interface MetricsConfig {
  /** Whether `/metrics` is served beside everything else, to keys with the scope `admin`. */
  isPublic: boolean;
  /** A port of their own, where nobody needs a key; undefined for none. */
  port: number | undefined;
}

/** What the log tells besides what every line has. */
export interface LogConfig {
  level: (typeof LOG_LEVELS)[number];
  /** Addresses of clients, and the host they asked for. */
  clients: boolean;
  /** Query strings of URLs, in which GET carries operations and variables. */
  queries: boolean;
}

/** Where papers are synced from, and how. */
export interface SyncConfig {
  /** Address of arXiv's OAI-PMH server, or of one like it. */
  url: string;
  /** From the end of an answer to the next request; never less than arXiv asks for with arXiv's own hosts. */
  pauseMs: number;
  /** Address of the operator, for arXiv. */
  contact: string | undefined;
  /** How often a server syncs beside serving; undefined for never. */
  everyMs: number | undefined;
  /** Sets that are synced where the command names none; none for all of arXiv. */
  sets: string[];
}

export interface Config {
  production: boolean;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Processes that serve, on one port. */
  workers: number;
  /** Whether the search page is served. */
  web: boolean;
  /** Whether tools for agents are served, at `/mcp`. */
  mcp: boolean;
  /** What browsers get at `/graphql`: GraphiQL of the server's own files, Apollo Sandbox from the network, or nothing. */
  explorer: (typeof EXPLORERS)[number];
  store: LanceConfig | QdrantConfig;
  /** Folder of what is kept on this machine, with either store: the embedded tables, checkpoints of loading. */
  dataDir: string;
  collection: string;
  /** What searches by vector tell the index, wherever a request says nothing else. */
  searchParams: SearchParams;
  embedder: LocalEmbedderConfig | OpenAiConfig;
  /** Undefined for none. */
  rerank: RerankConfig | undefined;
  embeddingCacheSize: number;
  embeddingBatchWindowMs: number;
  /** For one embedding that a request waits for. */
  embeddingTimeoutMs: number;
  corsOrigins: string[];
  requestTimeoutMs: number;
  /** For one request of a load, to store or embedding service. */
  loadTimeoutMs: number;
  limits: LimitsConfig;
  http: HttpConfig;
  access: AccessConfig;
  metrics: MetricsConfig;
  /** Undefined for no traces. */
  tracing: TracingConfig | undefined;
  sync: SyncConfig;
  log: LogConfig;
}

/**
 * The configuration that the environment describes.
 *
 * @throws StartupError that lists every mistake by the variable's name.
 */
export function parseConfig(environment: Environment): Config {
  const isSet = ([, value]: [string, string | undefined]) => value !== undefined && value.trim() !== '';
  const given = Object.fromEntries(Object.entries(environment).filter(isSet));
  const parsed = Variables.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const mistakes = [
    ...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...missingVariables(given),
    ...findTracingMistakes(given),
  ];
  if (!parsed.success || mistakes.length > 0) throw startupError(mistakes);
  return toConfig(parsed.data);
}

function toConfig(variables: z.infer<typeof Variables>): Config {
  return {
    production: variables.NODE_ENV === 'production',
    host: variables.HOST,
    port: variables.PORT,
    workers: variables.WORKERS,
    web: variables.WEB === 'on',
    mcp: variables.MCP === 'on',
    explorer: variables.EXPLORER ?? (variables.NODE_ENV === 'production' ? 'off' : 'graphiql'),
    store:
      chosenStore(variables) === 'qdrant'
        ? {
            kind: 'qdrant',
            url: required(variables.QDRANT_URL),
            apiKey: variables.QDRANT_API_KEY,
            compression: variables.QDRANT_COMPRESSION,
            collectionModel: variables.QDRANT_COLLECTION_MODEL,
          }
        : { kind: 'lance', dataDir: variables.DATA_DIR },
    dataDir: variables.DATA_DIR,
    collection: variables.QDRANT_COLLECTION,
    searchParams: toSearchParams(variables),
    embedder:
      chosenEmbedder(variables) === 'openai'
        ? {
            kind: 'openai',
            apiKey: required(variables.OPENAI_API_KEY),
            baseUrl: variables.OPENAI_BASE_URL,
            model: variables.OPENAI_EMBEDDING_MODEL,
            dimensions: variables.EMBEDDING_DIMENSIONS,
            prefixes: toPrefixes(variables),
            maxTexts: variables.EMBEDDING_MAX_TEXTS,
            maxTokens: variables.EMBEDDING_MAX_TOKENS,
          }
        : {
            kind: 'local',
            ...(variables.LOCAL_MODEL_DIR !== undefined && {
              model: { folder: variables.LOCAL_MODEL_DIR, prefixes: toPrefixes(variables) },
            }),
          },
    rerank:
      variables.RERANK_BASE_URL === undefined
        ? undefined
        : {
            baseUrl: variables.RERANK_BASE_URL,
            model: variables.RERANK_MODEL,
            apiKey: variables.RERANK_API_KEY,
            timeoutMs: variables.RERANK_TIMEOUT_MS,
          },
    embeddingCacheSize: variables.EMBEDDING_CACHE_SIZE,
    embeddingBatchWindowMs: variables.EMBEDDING_BATCH_WINDOW_MS,
    embeddingTimeoutMs: variables.EMBEDDING_TIMEOUT_MS,
    corsOrigins: variables.CORS_ORIGINS,
    requestTimeoutMs: variables.REQUEST_TIMEOUT_MS,
    loadTimeoutMs: variables.LOAD_TIMEOUT_MS,
    limits: {
      depth: variables.MAX_DEPTH,
      aliases: variables.MAX_ALIASES,
      tokens: variables.MAX_TOKENS,
      cost: variables.MAX_COST,
      answerBytes: variables.MAX_ANSWER_BYTES,
      bodyBytes: variables.MAX_BODY_BYTES,
    },
    http: toHttpConfig(variables),
    access: {
      anonymous: variables.ANONYMOUS === 'allow',
      keysFile: variables.API_KEYS_FILE ?? path.join(variables.DATA_DIR, 'keys.json'),
      budgets: {
        anonymousBudget: variables.ANONYMOUS_BUDGET,
        keyBudget: variables.KEY_BUDGET,
        redisUrl: variables.REDIS_URL,
      },
    },
    metrics: { isPublic: variables.METRICS === 'on', port: variables.METRICS_PORT },
    tracing: toTracingConfig(variables, variables.TRACE_QUERIES),
    sync: {
      url: variables.OAI_URL,
      pauseMs: variables.SYNC_PAUSE_MS,
      contact: variables.SYNC_CONTACT,
      everyMs: variables.SYNC_EVERY ?? undefined,
      sets: variables.SYNC_SETS,
    },
    log: { level: variables.LOG_LEVEL, clients: variables.LOG_CLIENTS, queries: variables.LOG_QUERIES },
  };
}

/** Each process does its part of what the whole server may do. */
function toHttpConfig(variables: z.infer<typeof Variables>): HttpConfig {
  const partOf = (whole: number) => Math.ceil(whole / variables.WORKERS);
  return {
    allowedHosts: allowedHosts(variables),
    trustProxy: variables.TRUST_PROXY ?? false,
    queryCharacters: variables.MAX_QUERY_CHARACTERS,
    concurrentOperations: partOf(variables.MAX_CONCURRENT_OPERATIONS),
    concurrentLargeOperations: partOf(variables.MAX_CONCURRENT_LARGE_OPERATIONS),
    queuedOperations: partOf(variables.MAX_QUEUED_OPERATIONS),
    connections: partOf(variables.MAX_CONNECTIONS),
    pipelinedRequests: variables.MAX_PIPELINED_REQUESTS,
    unreadBytes: partOf(variables.MAX_UNREAD_BYTES),
    headersTimeoutMs: variables.HEADERS_TIMEOUT_MS,
    receiveTimeoutMs: variables.RECEIVE_TIMEOUT_MS,
    sendTimeoutMs: variables.SEND_TIMEOUT_MS,
  };
}

/** A server that listens on loopback has no other name, so a page that asks by another has rebound its own to it. */
function allowedHosts({ ALLOWED_HOSTS, HOST }: z.infer<typeof Variables>): readonly string[] | undefined {
  if (ALLOWED_HOSTS) return ALLOWED_HOSTS.includes('*') ? undefined : ALLOWED_HOSTS;
  const isLoopback = HOST === 'localhost' || HOST === '::1' || HOST.startsWith('127.');
  return isLoopback ? [...new Set(['localhost', '127.0.0.1', '[::1]', HOST])] : undefined;
}

function toPrefixes(variables: z.infer<typeof Variables>): Prefixes {
  return { query: variables.EMBEDDING_QUERY_PREFIX, passage: variables.EMBEDDING_DOCUMENT_PREFIX };
}

function toSearchParams(variables: z.infer<typeof Variables>): SearchParams {
  const { SEARCH_HNSW_EF: hnswEf, SEARCH_PROBES: probes } = variables;
  const { SEARCH_RESCORE: rescore, SEARCH_OVERSAMPLING: oversampling } = variables;
  const quantization = {
    ...(rescore !== undefined && { rescore }),
    ...(oversampling !== undefined && { oversampling }),
  };
  return {
    ...(hnswEf !== undefined && { hnswEf }),
    ...(probes !== undefined && { probes }),
    ...(Object.keys(quantization).length > 0 && { quantization }),
  };
}

type Choices = Partial<Record<'STORE' | 'QDRANT_URL' | 'EMBEDDER' | 'OPENAI_API_KEY', string | undefined>>;

function chosenStore({ STORE, QDRANT_URL }: Choices): string {
  return STORE ?? (QDRANT_URL ? 'qdrant' : 'lance');
}

function chosenEmbedder({ EMBEDDER, OPENAI_API_KEY }: Choices): string {
  return EMBEDDER ?? (OPENAI_API_KEY ? 'openai' : 'local');
}

/** For what `missingVariables` has made sure of. */
function required(value: string | undefined): string {
  if (value === undefined) throw new Error('A required variable was not checked');
  return value;
}

/** What a choice needs and is not there. */
function missingVariables(environment: Choices & Environment): string[] {
  const missing: string[] = [];
  if (environment.STORE === 'qdrant' && !environment.QDRANT_URL) {
    missing.push('QDRANT_URL: required with STORE=qdrant, such as http://localhost:6333');
  }
  if (environment.EMBEDDER === 'openai' && !environment.OPENAI_API_KEY) {
    missing.push('OPENAI_API_KEY: required with EMBEDDER=openai');
  }
  if (environment['METRICS'] === 'on' && Number(environment['WORKERS'] ?? 1) > 1) {
    missing.push('METRICS: one of several processes knows its own figures alone; set METRICS_PORT instead');
  }
  if (environment['SEARCH_PROBES'] && chosenStore(environment) === 'qdrant') {
    missing.push('SEARCH_PROBES: a Qdrant server has no partitions to search; leave it unset');
  }
  missing.push(...localModelMistakes(environment));
  for (const name of ['RERANK_MODEL', 'RERANK_API_KEY']) {
    if (environment[name] && !environment['RERANK_BASE_URL']) {
      missing.push(`${name}: requires RERANK_BASE_URL, the address of the service`);
    }
  }
  return missing;
}

/** Settings that the local model does not have. */
function localModelMistakes(environment: Choices & Environment): string[] {
  const ownModel = environment['LOCAL_MODEL_DIR'];
  if (chosenEmbedder(environment) !== 'local') {
    return ownModel
      ? ['LOCAL_MODEL_DIR: the embedder is openai; set EMBEDDER=local, or leave LOCAL_MODEL_DIR unset']
      : [];
  }
  const dimensions = environment['EMBEDDING_DIMENSIONS'];
  if (ownModel) {
    return dimensions
      ? ["EMBEDDING_DIMENSIONS: the files of LOCAL_MODEL_DIR tell the model's dimension; leave it unset"]
      : [];
  }
  const mistakes: string[] = [];
  if (dimensions && dimensions !== '384') {
    mistakes.push(
      'EMBEDDING_DIMENSIONS: the local model has 384 dimensions; leave it unset or set EMBEDDER=openai',
    );
  }
  for (const name of ['EMBEDDING_QUERY_PREFIX', 'EMBEDDING_DOCUMENT_PREFIX']) {
    if (!environment[name]) continue;
    mistakes.push(`${name}: the local model was trained without one; leave it unset or set EMBEDDER=openai`);
  }
  return mistakes;
}

function startupError(mistakes: string[]): StartupError {
  return new StartupError(`Invalid configuration:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
}
