import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders that may not import what the patterns name, and why: dependencies go one way. */
const boundaries = [
  {
    files: ['src/**/*.ts'],
    ignores: ['src/store/qdrant/**', 'src/store/filter.ts'],
    group: ['@qdrant/js-client-rest'],
    message: 'The Qdrant client is for src/store/qdrant/ alone; filter types come from src/store/filter.ts.',
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/embedding/openai/**'],
    group: ['openai'],
    message: 'The OpenAI SDK is for src/embedding/openai/ alone.',
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/store/lance/**'],
    group: ['@lancedb/lancedb', 'apache-arrow'],
    message: 'LanceDB is for src/store/lance/ alone.',
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/commands/**', 'src/main.ts', 'src/store/**', 'src/embedding/**'],
    group: ['**/store/lance/*', '**/store/qdrant/*', '**/embedding/local/*', '**/embedding/openai/*'],
    message: 'Only the commands know the adapters; everything else speaks to the ports.',
  },
  {
    files: ['src/{papers,search,directory,store,embedding,loaders}/**/*.ts'],
    ignores: [],
    group: ['**/server/*', '**/resolvers/*', '**/commands/*', 'graphql', '@apollo/*', 'fastify'],
    message: 'This layer knows nothing of GraphQL over HTTP; resolvers call it, not the other way round.',
  },
];

export default tseslint.config(
  { ignores: ['build*/', 'dist/', 'data/', 'coverage/', 'src/generated/', 'client/generated/'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'jest.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowNever: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Configuration is read once, in src/config/.' },
      ],
    },
  },
  {
    files: ['src/config/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly' } },
    rules: { 'no-restricted-properties': 'off' },
  },
  ...restrictions(boundaries),
);

/** ESLint lets a later `no-restricted-imports` replace an earlier one, so each rule instance gathers all that apply. */
function restrictions(rules) {
  return rules.map(({ files, ignores, group, message }, index) => ({
    files,
    ignores,
    plugins: {
      [`boundary-${index}`]: { rules: { imports: tseslint.plugin.rules['no-restricted-imports'] } },
    },
    rules: {
      [`boundary-${index}/imports`]: ['error', { patterns: [{ group, message, allowTypeImports: false }] }],
    },
  }));
}
