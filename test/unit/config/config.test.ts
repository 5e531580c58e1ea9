import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../../src/config/config.js';
import { VARIABLE_NAMES } from '../../../src/config/variables.js';
import { packagePath } from '../../../src/package-root.js';

describe('choices', () => {
  test('without settings, they are LanceDB, the local model and port 4000', () => {
    expect(parseConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      store: { kind: 'lance', dataDir: './data' },
      collection: 'arxiv_papers',
      embedder: { kind: 'local' },
      production: false,
    });
  });

  test('QDRANT_URL chooses Qdrant', () => {
    const { store } = parseConfig({ QDRANT_URL: 'http://localhost:6333', QDRANT_API_KEY: 'secret' });
    expect(store).toEqual({
      kind: 'qdrant',
      url: 'http://localhost:6333',
      apiKey: 'secret',
      compression: false,
    });
  });

  test('QDRANT_URL accepts the addresses of several servers, each once', () => {
    const { store } = parseConfig({ QDRANT_URL: ' http://a:6333, https://b/qdrant ,http://a:6333' });
    expect(store).toMatchObject({ kind: 'qdrant', url: 'http://a:6333,https://b/qdrant' });
  });

  test('STORE=lance overrides QDRANT_URL', () => {
    expect(parseConfig({ STORE: 'lance', QDRANT_URL: 'http://localhost:6333' }).store.kind).toBe('lance');
  });

  test('OPENAI_API_KEY chooses OpenAI with its small model', () => {
    expect(parseConfig({ OPENAI_API_KEY: 'key' }).embedder).toEqual({
      kind: 'openai',
      apiKey: 'key',
      baseUrl: undefined,
      model: 'text-embedding-3-small',
      dimensions: undefined,
      prefixes: { query: '', passage: '' },
      maxTexts: undefined,
      maxTokens: undefined,
    });
  });

  test('prefixes are kept exactly, and limits of requests are numbers', () => {
    const settings = { EMBEDDING_QUERY_PREFIX: 'Query:\n ', EMBEDDING_DOCUMENT_PREFIX: 'passage: ' };
    const limits = { EMBEDDING_MAX_TEXTS: '10', EMBEDDING_MAX_TOKENS: '8000' };
    expect(parseConfig({ OPENAI_API_KEY: 'key', ...settings, ...limits }).embedder).toMatchObject({
      prefixes: { query: 'Query:\n ', passage: 'passage: ' },
      maxTexts: 10,
      maxTokens: 8_000,
    });
  });

  test('EMBEDDER=local overrides OPENAI_API_KEY', () => {
    expect(parseConfig({ EMBEDDER: 'local', OPENAI_API_KEY: 'key' }).embedder).toEqual({ kind: 'local' });
    expect(parseConfig({ LOCAL_MODEL_DIR: 'm', EMBEDDING_QUERY_PREFIX: 'q: ' }).embedder).toEqual({
      kind: 'local',
      model: { folder: 'm', prefixes: { query: 'q: ', passage: '' } },
    });
  });

  test('tools for agents are served unless MCP=off', () => {
    expect([{}, { MCP: 'off' }, { NODE_ENV: 'production' }].map((each) => parseConfig(each).mcp)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('the search page is served unless WEB=off', () => {
    expect([{}, { WEB: 'off' }, { NODE_ENV: 'production' }].map((each) => parseConfig(each).web)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('the explorer is GraphiQL in development and off in production, unless EXPLORER says otherwise', () => {
    expect(parseConfig({}).explorer).toBe('graphiql');
    expect(parseConfig({ EXPLORER: 'off' }).explorer).toBe('off');
    expect(parseConfig({ NODE_ENV: 'production' }).explorer).toBe('off');
    expect(parseConfig({ NODE_ENV: 'production', EXPLORER: 'sandbox' }).explorer).toBe('sandbox');
    expect(() => parseConfig({ EXPLORER: 'yes', WEB: 'true' })).toThrow(
      /WEB: expected one of on, off[\s\S]*EXPLORER: expected one of graphiql, sandbox, off/,
    );
  });

  test('searches get only the vector index parameters that are set', () => {
    expect(parseConfig({}).searchParams).toEqual({});
    expect(
      parseConfig({ SEARCH_HNSW_EF: '200', SEARCH_RESCORE: 'false', SEARCH_OVERSAMPLING: '1.5' })
        .searchParams,
    ).toEqual({ hnswEf: 200, quantization: { rescore: false, oversampling: 1.5 } });
    expect(parseConfig({ SEARCH_PROBES: '20' }).searchParams).toEqual({ probes: 20 });
  });

  test('SEARCH_PROBES is rejected with Qdrant, and oversampling must be at least 1', () => {
    expect(() => parseConfig({ QDRANT_URL: 'http://localhost:6333', SEARCH_PROBES: '5' })).toThrow(
      /SEARCH_PROBES: a Qdrant server has no partitions/,
    );
    expect(() => parseConfig({ SEARCH_OVERSAMPLING: '0.5' })).toThrow(
      /SEARCH_OVERSAMPLING: expected a number from 1 to 1000/,
    );
  });

  test('empty variables count as unset', () => {
    expect(parseConfig({ PORT: '', QDRANT_URL: ' ', OPENAI_API_KEY: '' })).toEqual(parseConfig({}));
  });

  test('origins are separated by commas', () => {
    const { corsOrigins } = parseConfig({ CORS_ORIGINS: 'https://a.example, http://localhost:3000' });
    expect(corsOrigins).toEqual(['https://a.example', 'http://localhost:3000']);
  });
});

describe('mistakes', () => {
  test('are all reported at once, by name, with what was expected', () => {
    const environment = {
      PORT: '70000',
      STORE: 'postgres',
      EMBEDDER: 'openai',
      QDRANT_URL: 'localhost',
      CORS_ORIGINS: 'example.org',
      REQUEST_TIMEOUT_MS: 'soon',
      LOG_LEVEL: 'loud',
    };
    expect(() => parseConfig(environment)).toThrow(
      [
        'Invalid configuration:',
        '  PORT: expected a whole number from 0 to 65535',
        '  STORE: expected one of lance, qdrant',
        '  QDRANT_URL: expected an http:// or https:// URL',
        '  CORS_ORIGINS: expected origins such as https://papers.example.org, separated by commas, or *',
        '  REQUEST_TIMEOUT_MS: expected a whole number from 1 to 600000',
        '  LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent',
        '  OPENAI_API_KEY: required with EMBEDDER=openai',
      ].join('\n'),
    );
  });

  test.each([
    [{ STORE: 'qdrant' }, 'QDRANT_URL: required with STORE=qdrant'],
    [{ STORE: 'qdrant', QDRANT_URL: ' ' }, 'QDRANT_URL: required with STORE=qdrant'],
    [{ EMBEDDER: 'openai', OPENAI_API_KEY: ' ' }, 'OPENAI_API_KEY: required with EMBEDDER=openai'],
    [{ EMBEDDING_DIMENSIONS: '256' }, 'EMBEDDING_DIMENSIONS: the local model has 384'],
    [{ EMBEDDER: '', EMBEDDING_DIMENSIONS: '256' }, 'EMBEDDING_DIMENSIONS: the local model has 384'],
    [
      { EMBEDDING_QUERY_PREFIX: 'query: ' },
      'EMBEDDING_QUERY_PREFIX: the local model was trained without one',
    ],
    [
      { EMBEDDING_DOCUMENT_PREFIX: 'p: ' },
      'EMBEDDING_DOCUMENT_PREFIX: the local model was trained without one',
    ],
    [
      { LOCAL_MODEL_DIR: 'm', OPENAI_API_KEY: 'key' },
      'LOCAL_MODEL_DIR: the embedder is openai; set EMBEDDER=local, or leave LOCAL_MODEL_DIR unset',
    ],
    [
      { LOCAL_MODEL_DIR: 'm', EMBEDDING_DIMENSIONS: '384' },
      "EMBEDDING_DIMENSIONS: the files of LOCAL_MODEL_DIR tell the model's dimension",
    ],
    [{ RERANK_MODEL: 'm' }, 'RERANK_MODEL: requires RERANK_BASE_URL, the address of the service'],
    [{ RERANK_API_KEY: 'k' }, 'RERANK_API_KEY: requires RERANK_BASE_URL'],
    [{ RERANK_BASE_URL: 'localhost:80' }, 'RERANK_BASE_URL: expected an http:// or https:// URL'],
    [{ RERANK_BASE_URL: 'http://a:b@c' }, 'RERANK_BASE_URL: expected a URL without user, password'],
    [{ RERANK_TIMEOUT_MS: '0' }, 'RERANK_TIMEOUT_MS: expected a whole number from 1 to 60000'],
    [{ EMBEDDING_MAX_TEXTS: '0' }, 'EMBEDDING_MAX_TEXTS: expected a whole number from 1'],
    [{ QDRANT_COLLECTION: '../up' }, 'QDRANT_COLLECTION: expected letters, digits, "_" and "-"'],
    [{ QDRANT_URL: 'ftp://host' }, 'QDRANT_URL: expected an http:// or https:// URL'],
  ])('%j', (environment, message) => {
    expect(() => parseConfig(environment)).toThrow(message);
  });

  test.each([
    [{ QDRANT_URL: 'http://a:6333,b' }, 'QDRANT_URL: expected http:// or https:// URLs, separated by commas'],
    [{ QDRANT_URL: 'http://a:6333,' }, 'QDRANT_URL: expected http:// or https:// URLs, separated by commas'],
    [{ QDRANT_URL: 'http://a:6333,http://user:hunter2@b:6333' }, 'set the key in QDRANT_API_KEY'],
    [{ QDRANT_URL: 'http://user:hunter2@localhost:6333' }, 'set the key in QDRANT_API_KEY'],
    [{ QDRANT_URL: 'http://localhost:6333/?key=hunter2' }, 'set the key in QDRANT_API_KEY'],
    [{ QDRANT_API_KEY: 'hunter2\n' }, 'expected visible ASCII characters'],
  ])('never reveal a secret: %j', (environment, message) => {
    expect(() => parseConfig(environment)).toThrow(message);
    expect(() => parseConfig(environment)).not.toThrow('hunter2');
  });
});

describe('traces', () => {
  const tracingOf = (environment: Record<string, string>) => parseConfig(environment).tracing;

  test.each<[Record<string, string>, object | undefined]>([
    [{}, undefined],
    [{ OTEL_SERVICE_NAME: 'papers', OTEL_TRACES_SAMPLER: 'always_on' }, undefined],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'True' }, undefined],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, { exporters: ['otlp'], protocol: 'http/protobuf', queries: false }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, { exporters: ['otlp'] }],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/x', OTEL_SDK_DISABLED: '1' }, { exporters: ['otlp'] }],
    [
      { OTEL_TRACES_EXPORTER: 'otlp, console', TRACE_QUERIES: 'true' },
      { exporters: ['otlp', 'console'], queries: true },
    ],
    [
      {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      },
      { protocol: 'http/json' },
    ],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, undefined],
  ])('of %j', (environment, expected) => {
    if (expected) expect(tracingOf(environment)).toMatchObject(expected);
    else expect(tracingOf(environment)).toBeUndefined();
  });

  test.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER: expected otlp, console, none'],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf or http/json',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4317' },
      'OTEL_EXPORTER_OTLP_ENDPOINT: expected an http:// or https:// URL',
    ],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER: expected one of always_on'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1'],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.5' },
      'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1',
    ],
  ])('are rejected with the mistake %j', (environment, message) => {
    expect(() => parseConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', ...environment })).toThrow(
      message,
    );
  });
});

test('.env.example has every variable, with its default', async () => {
  const example = await readFile(packagePath('.env.example'), 'utf8');
  const named = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  expect(named.map(([name]) => name).sort()).toEqual([...VARIABLE_NAMES].sort());
  // Setting the listed defaults changes nothing, except for the example address.
  const defaults = named.filter(([name]) => name !== 'QDRANT_URL');
  expect(parseConfig(Object.fromEntries(defaults))).toEqual(parseConfig({}));
});
