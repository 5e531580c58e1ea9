import path from 'node:path';
import { findMistakes } from './mistakes.js';
import { findTracingMistakes, toTracingConfig, type TracingConfig } from './tracing.js';
import { chosenEmbedder, chosenStore, Variables, type Environment, type Settings } from './variables.js';
import type { BudgetsConfig } from '../access/budgets.js';
import type { Prefixes } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import type { SearchParams } from '../store/store.js';

export interface LanceConfig {
  kind: 'lance';
  dataDir: string;
}

export interface QdrantConfig {
  kind: 'qdrant';
  /** One address, or those of several servers of one cluster, separated by commas, with the preferred one first. */
  url: string;
  apiKey: string | undefined;
  compression: boolean;
  /** The model of the collection's vectors, if the collection does not record it; undefined if it is unknown. */
  collectionModel: string | undefined;
}

export interface LocalEmbedderConfig {
  kind: 'local';
  /** Replaces the bundled model; non-empty prefixes replace those of its files. */
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

/** A reranking service, which reorders the first results. */
export interface RerankConfig {
  baseUrl: string;
  /** Undefined if the service has only one model. */
  model: string | undefined;
  apiKey: string | undefined;
  /** Maximum time that a ranking waits for it. */
  timeoutMs: number;
}

/** Limits on one GraphQL request. */
export interface LimitsConfig {
  /** Levels of nested fields. */
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
 * Limits on the load of all clients together on one server process, and on the duration of each request over HTTP.
 */
export interface HttpConfig {
  /** Host names that requests may use; undefined allows every name. */
  allowedHosts: readonly string[] | undefined;
  /** Proxies that are trusted to report a client's address: their number, or their addresses; false for none. */
  trustProxy: number | string[] | false;
  /** Maximum length of an operation's text, excluding variables. */
  queryCharacters: number;
  /** Number of operations that are executed at the same time. */
  concurrentOperations: number;
  /** How many of these may be large, see `admission.ts`. */
  concurrentLargeOperations: number;
  /** Number of operations that may wait for others to end. */
  queuedOperations: number;
  connections: number;
  /**
   * Number of requests on one connection that may wait for an earlier answer; beyond it, the connection is not read.
   */
  pipelinedRequests: number;
  /** Total size of answers that clients have not read yet. */
  unreadBytes: number;
  /** From the first byte of a request to the last byte of its headers. */
  headersTimeoutMs: number;
  /** From the first byte of a request to its last byte. */
  receiveTimeoutMs: number;
  /** From the first byte of an answer until the client has read all of it. */
  sendTimeoutMs: number;
}

/** Who may send operations. */
export interface AccessConfig {
  /** Whether callers need no key. */
  anonymous: boolean;
  /** File with the hashed keys; it need not exist. */
  keysFile: string;
  budgets: BudgetsConfig;
}

/** Where metrics are served. */
export interface MetricsConfig {
  /** Whether `/metrics` is served on the main port, to keys with the scope `admin`. */
  isPublic: boolean;
  /** A separate port, which needs no key; undefined for none. */
  port: number | undefined;
}

/** Optional contents of the log. */
export interface LogConfig {
  level: Settings['LOG_LEVEL'];
  /** Addresses of clients, and the host names that they requested. */
  clients: boolean;
  /** Query strings of URLs, which contain the operations and variables of GET requests. */
  queries: boolean;
}

/** Where papers are synced from, and how often. */
export interface SyncConfig {
  /** Address of arXiv's OAI-PMH server, or of one like it. */
  url: string;
  /**
   * Time from the end of an answer to the next request. With arXiv's own hosts, it is never less than arXiv asks for.
   */
  pauseMs: number;
  /** Contact address of the operator, for arXiv. */
  contact: string | undefined;
  /** Interval of syncs by a running server; undefined for none. */
  everyMs: number | undefined;
  /** Sets to sync if the command names none; empty for all of arXiv. */
  sets: string[];
}

export interface Config {
  production: boolean;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Number of processes that serve on one port. */
  workers: number;
  /** Whether the search page is served. */
  web: boolean;
  /** Whether tools for agents are served, at `/mcp`. */
  mcp: boolean;
  /**
   * The page for browsers at `/graphql`: GraphiQL from the server's own files, Apollo Sandbox from the network, or
   * none.
   */
  explorer: NonNullable<Settings['EXPLORER']>;
  store: LanceConfig | QdrantConfig;
  /** Folder for local data with either store: the embedded tables, checkpoints of loads. */
  dataDir: string;
  collection: string;
  /** Index parameters of searches by vector, unless a request gives others. */
  searchParams: SearchParams;
  embedder: LocalEmbedderConfig | OpenAiConfig;
  /** Undefined for none. */
  rerank: RerankConfig | undefined;
  embeddingCacheSize: number;
  embeddingBatchWindowMs: number;
  /** Time limit of one embedding that a request waits for. */
  embeddingTimeoutMs: number;
  corsOrigins: string[];
  requestTimeoutMs: number;
  /** Time limit of one request by a load, to the store or the embedding service. */
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
 * Parses the configuration from the environment.
 *
 * @throws StartupError that lists every mistake by the name of the variable.
 */
export function parseConfig(environment: Environment): Config {
  const isSet = ([, value]: [string, string | undefined]) => value !== undefined && value.trim() !== '';
  const given = Object.fromEntries(Object.entries(environment).filter(isSet));
  const parsed = Variables.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const mistakes = [
    ...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...findMistakes(given),
    ...findTracingMistakes(given),
  ];
  if (!parsed.success || mistakes.length > 0) throw startupError(mistakes);
  return toConfig(parsed.data);
}

function toConfig(variables: Settings): Config {
  return {
    production: variables.NODE_ENV === 'production',
    host: variables.HOST,
    port: variables.PORT,
    workers: variables.WORKERS,
    web: variables.WEB === 'on',
    mcp: variables.MCP === 'on',
    explorer: variables.EXPLORER ?? (variables.NODE_ENV === 'production' ? 'off' : 'graphiql'),
    store: toStoreConfig(variables),
    dataDir: variables.DATA_DIR,
    collection: variables.QDRANT_COLLECTION,
    searchParams: toSearchParams(variables),
    embedder: toEmbedderConfig(variables),
    rerank: toRerankConfig(variables),
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

function toStoreConfig(variables: Settings): Config['store'] {
  if (chosenStore(variables) === 'lance') return { kind: 'lance', dataDir: variables.DATA_DIR };
  return {
    kind: 'qdrant',
    url: required(variables.QDRANT_URL),
    apiKey: variables.QDRANT_API_KEY,
    compression: variables.QDRANT_COMPRESSION,
    collectionModel: variables.QDRANT_COLLECTION_MODEL,
  };
}

function toEmbedderConfig(variables: Settings): Config['embedder'] {
  const prefixes = { query: variables.EMBEDDING_QUERY_PREFIX, passage: variables.EMBEDDING_DOCUMENT_PREFIX };
  if (chosenEmbedder(variables) === 'local') {
    const folder = variables.LOCAL_MODEL_DIR;
    return { kind: 'local', ...(folder !== undefined && { model: { folder, prefixes } }) };
  }
  return {
    kind: 'openai',
    apiKey: required(variables.OPENAI_API_KEY),
    baseUrl: variables.OPENAI_BASE_URL,
    model: variables.OPENAI_EMBEDDING_MODEL,
    dimensions: variables.EMBEDDING_DIMENSIONS,
    prefixes,
    maxTexts: variables.EMBEDDING_MAX_TEXTS,
    maxTokens: variables.EMBEDDING_MAX_TOKENS,
  };
}

function toRerankConfig(variables: Settings): Config['rerank'] {
  if (variables.RERANK_BASE_URL === undefined) return undefined;
  return {
    baseUrl: variables.RERANK_BASE_URL,
    model: variables.RERANK_MODEL,
    apiKey: variables.RERANK_API_KEY,
    timeoutMs: variables.RERANK_TIMEOUT_MS,
  };
}

/** Each process gets a share of the limits of the whole server. */
function toHttpConfig(variables: Settings): HttpConfig {
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

/**
 * A server that listens on loopback has no other name, so a page that uses another name has rebound its own name to
 * it (DNS rebinding).
 */
function allowedHosts({ ALLOWED_HOSTS, HOST }: Settings): readonly string[] | undefined {
  if (ALLOWED_HOSTS) return ALLOWED_HOSTS.includes('*') ? undefined : ALLOWED_HOSTS;
  const isLoopback = HOST === 'localhost' || HOST === '::1' || HOST.startsWith('127.');
  return isLoopback ? [...new Set(['localhost', '127.0.0.1', '[::1]', HOST])] : undefined;
}

function toSearchParams(variables: Settings): SearchParams {
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

/** For values that `findMistakes` has checked. */
function required(value: string | undefined): string {
  if (value === undefined) throw new Error('A required variable was not checked');
  return value;
}

function startupError(mistakes: string[]): StartupError {
  return new StartupError(`Invalid configuration:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
}
