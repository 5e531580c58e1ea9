/**
 * What each folder of `src/` may import of the others, besides itself. Dependencies go one way: a folder that is missing from
 * a row is not to be known there. The table in CONTRIBUTING.md shows the same, which a test compares.
 */
export const FOLDERS = {
  commands: [
    'access',
    'backup',
    'config',
    'directory',
    'embedding',
    'embedding/local',
    'embedding/openai',
    'errors',
    'evaluation',
    'ingest',
    'loaders',
    'mcp',
    'papers',
    'reranking',
    'search',
    'server',
    'store',
    'store/lance',
    'store/qdrant',
    'sync',
    'telemetry',
    'transfer',
    'tuning',
  ],
  config: ['access', 'embedding', 'errors', 'store'],
  server: [
    'access',
    'callers',
    'config',
    'cost',
    'errors',
    'feeds',
    'loaders',
    'mcp',
    'resolvers',
    'store',
    'telemetry',
  ],
  mcp: ['callers', 'errors', 'generated'],
  feeds: ['callers', 'errors', 'generated'],
  resolvers: ['callers', 'cost', 'directory', 'errors', 'generated', 'papers', 'search', 'store'],
  generated: ['callers', 'resolvers', 'search'],
  callers: ['access', 'cost', 'errors', 'loaders'],
  cost: ['papers', 'search'],
  loaders: ['embedding', 'errors', 'papers', 'reranking', 'search', 'store'],
  reranking: ['errors', 'search'],
  search: ['errors', 'papers', 'store'],
  directory: ['errors', 'papers', 'search', 'store'],
  ingest: ['directory', 'embedding', 'errors', 'papers', 'store', 'threads', 'transfer'],
  sync: ['errors', 'ingest'],
  evaluation: ['embedding', 'errors', 'papers', 'store'],
  tuning: ['embedding', 'errors', 'evaluation', 'store'],
  embedding: ['errors'],
  'embedding/local': ['embedding', 'errors', 'threads'],
  'embedding/openai': ['embedding', 'errors'],
  store: ['embedding', 'errors', 'papers'],
  'store/lance': ['errors', 'papers', 'store'],
  'store/qdrant': ['errors', 'papers', 'store'],
  threads: ['errors'],
  papers: [],
  access: ['errors'],
  backup: ['errors'],
  transfer: ['errors'],
  telemetry: ['errors', 'loaders', 'reranking', 'store'],
  errors: [],
};

/** Packages that only some places may know, and why. */
const PACKAGES = [
  {
    name: 'qdrant-client-in-its-adapter',
    packages: ['@qdrant/js-client-rest'],
    only: ['^src/store/qdrant/', '^src/store/filter\\.ts$'],
    comment: 'The Qdrant client is for src/store/qdrant/; filter types come from src/store/filter.ts.',
  },
  {
    name: 'openai-in-its-adapter',
    packages: ['openai'],
    only: ['^src/embedding/openai/'],
    comment: 'One adapter knows the OpenAI SDK.',
  },
  {
    name: 'lancedb-in-its-adapter',
    packages: ['@lancedb/lancedb', 'apache-arrow'],
    only: ['^src/store/lance/'],
    comment: 'One adapter knows LanceDB; it is an optional dependency.',
  },
  {
    name: 'onnx-in-its-adapter',
    packages: ['onnxruntime-node', '@huggingface/tokenizers'],
    only: ['^src/embedding/local/'],
    comment: 'One adapter knows the local model; it is an optional dependency.',
  },
  {
    name: 'graphql-and-http-in-the-server',
    packages: ['graphql', 'graphql-scalars', '@apollo', '@as-integrations', 'fastify', '@fastify'],
    only: [
      '^src/(server|callers|mcp|feeds|resolvers|generated|cost)/',
      '^src/errors/format-error\\.ts$',
      '^src/commands/serve\\.ts$',
    ],
    comment: 'Only the server speaks GraphQL and HTTP; resolvers call the rest, not the other way round.',
  },
  {
    name: 'agents-in-their-folder',
    packages: ['@modelcontextprotocol'],
    only: ['^src/mcp/', '^src/commands/mcp\\.ts$'],
    comment: 'One folder speaks MCP; the rest answers operations.',
  },
  {
    name: 'prometheus-in-telemetry',
    packages: ['prom-client'],
    only: ['^src/telemetry/'],
    comment: 'Only src/telemetry/ knows Prometheus; the rest counts.',
  },
  {
    name: 'opentelemetry-in-telemetry',
    packages: ['@opentelemetry'],
    only: ['^src/telemetry/'],
    comment: 'Only src/telemetry/ knows OpenTelemetry; it is loaded only if traces are on.',
  },
  {
    name: 'redis-in-buckets',
    packages: ['ioredis', 'rate-limiter-flexible'],
    only: ['^src/access/buckets\\.ts$'],
    comment: 'One file knows where budgets are kept.',
  },
  {
    name: 'command-line-in-commands',
    packages: ['commander'],
    only: ['^src/commands/', '^src/main\\.ts$'],
    comment: 'Commands parse flags.',
  },
];

/** A port's own files, or all below a folder. */
function toPattern(folder) {
  return ['store', 'embedding'].includes(folder) ? `^src/${folder}/[^/]+$` : `^src/${folder}/`;
}

const folderRules = Object.entries(FOLDERS).map(([folder, allowed]) => ({
  name: `imports-of-${folder.replace('/', '-')}`,
  comment: `src/${folder} may import ${allowed.join(', ') || 'no other folder'}: see CONTRIBUTING.md.`,
  severity: 'error',
  from: { path: toPattern(folder) },
  to: {
    path: '^src/[^/]+/',
    pathNot: [folder, ...allowed].map(toPattern),
  },
}));

const packageRules = PACKAGES.map(({ name, packages, only, comment }) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: only },
  to: { path: packages.map((each) => `^node_modules/${each}/`) },
}));

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Modules that import each other cannot be read one at a time, not even where types alone are imported.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'folder-in-the-table',
      comment: 'A new folder gets a row in FOLDERS and in CONTRIBUTING.md.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(FOLDERS).map(toPattern) },
      to: {},
    },
    {
      name: 'only-main-starts-commands',
      comment: 'Files directly in src/ are shared, so they must not import folders.',
      severity: 'error',
      from: { path: '^src/[^/]+$', pathNot: '^src/main\\.ts$' },
      to: { path: '^src/[^/]+/' },
    },
    ...folderRules,
    ...packageRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type imports count, too.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
