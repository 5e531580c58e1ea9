import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { StartupError } from '../../errors/errors.js';
import { packagePath } from '../../package-root.js';
import { parseJson } from '../../parse-json.js';
import { systemCodeOf, unlessMissing } from '../../system-error.js';
import { NO_PREFIXES, type Prefixes } from '../embedder.js';

/** How the vectors of the tokens are combined into one for the text. */
export type Pooling = 'mean' | 'weightedmean' | 'cls' | 'max' | 'lasttoken';

/** How a model is run. Everything here affects the embeddings. */
export interface ModelSetup {
  /** Contains tokenizer.json and tokenizer_config.json. */
  folder: string;
  /** Path of the ONNX graph. */
  graph: string;
  dimension: number;
  /** Maximum length of the input, including special tokens; longer texts are cut. */
  maxTokens: number;
  /** Used only if the graph does not pool itself. */
  pooling: Pooling;
  /** Whether embeddings are scaled to length 1. */
  isNormalised: boolean;
  /** Whether texts are converted to lower case first. */
  isLowerCased: boolean;
}

export interface LocalModel {
  /** `Embedder.id` */
  id: string;
  prefixes: Prefixes;
  setup: ModelSetup;
}

const BUNDLED = 'all-MiniLM-L6-v2';

/**
 * The model that comes with PaperQL, whose graph pools and scales. It was trained on at most 128 tokens, so longer
 * inputs gain nothing.
 */
export function bundledModel(): LocalModel {
  const folder = packagePath('models', BUNDLED);
  return {
    id: `local:${BUNDLED}`,
    prefixes: NO_PREFIXES,
    setup: {
      folder,
      graph: path.join(folder, 'onnx', 'model_quantized.onnx'),
      dimension: 384,
      maxTokens: 128,
      pooling: 'mean',
      isNormalised: false,
      isLowerCased: false,
    },
  };
}

/**
 * The supported modules are some of those of sentence-transformers:
 * https://www.sbert.net/docs/package_reference/sentence_transformer/models.html
 */
const Modules = z.array(z.object({ type: z.string(), path: z.string() })).min(1);

const PoolingConfig = z.object({
  word_embedding_dimension: z.int().positive().optional(),
  embedding_dimension: z.int().positive().optional(),
  /** Replaces the flags since version 5. */
  pooling_mode: z.string().optional(),
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_mean_tokens: z.boolean().optional(),
  pooling_mode_max_tokens: z.boolean().optional(),
  pooling_mode_mean_sqrt_len_tokens: z.boolean().optional(),
  pooling_mode_weightedmean_tokens: z.boolean().optional(),
  pooling_mode_lasttoken: z.boolean().optional(),
  include_prompt: z.boolean().optional(),
});

const TransformerConfig = z.object({
  max_seq_length: z.int().positive().nullish(),
  do_lower_case: z.boolean().nullish(),
});
const NetworkConfig = z.object({ max_position_embeddings: z.int().positive().nullish() });
/** For a model without a limit, this is a number of thirty digits. */
const TokenizerConfig = z.object({ model_max_length: z.number().positive().nullish() });

const SentenceConfig = z.object({
  prompts: z.record(z.string(), z.string()).nullish(),
  default_prompt_name: z.string().nullish(),
  similarity_fn_name: z.string().nullish(),
});

/** Names of prompts that sentence-transformers uses for documents, in order of preference. */
const DOCUMENT_PROMPTS = ['document', 'passage', 'corpus'];

/** Length of the digest in a model's id. */
const DIGEST_CHARACTERS = 12;

/**
 * Reads the model in a sentence-transformers folder with an ONNX graph, as described by the files in the folder.
 *
 * @param prefixes each non-empty one replaces the model's own prompt.
 * @throws StartupError that lists everything that is missing or not supported.
 */
export async function readModelFolder(folder: string, prefixes: Prefixes): Promise<LocalModel> {
  const files = openFolder(path.resolve(folder));
  await files.requireFolder();
  const modules = await readModules(files);
  const pooling = await readPooling(files, modules.poolingFolder);
  const limits = await readLimits(files, modules.transformerFolder);
  const own = await readPrompts(files);
  const graph = await findGraph(files);
  await files.require('tokenizer.json');
  await files.require('tokenizer_config.json');

  const used: Prefixes = {
    query: prefixes.query || own.prefixes.query,
    passage: prefixes.passage || own.prefixes.passage,
  };
  if (!pooling.includesPrompt && used.query + used.passage !== '') {
    files.problems.push('include_prompt: PaperQL cannot leave the tokens of a prompt out of pooling');
  }
  if (!modules.isNormalised && own.comparedBy !== 'cosine') {
    files.problems.push(
      `similarity_fn_name: vectors are compared by ${own.comparedBy}, but PaperQL's collections compare them by cosine`,
    );
  }
  files.throwProblems();
  const setup: ModelSetup = {
    folder: files.folder,
    graph,
    dimension: pooling.dimension,
    ...limits,
    pooling: pooling.mode,
    isNormalised: modules.isNormalised,
  };
  const name = path.basename(files.folder).replaceAll(/\s+/g, '-');
  return { id: `local:${name}@${await digest(setup)}`, prefixes: used, setup };
}

/** Reads files of a folder and collects their problems. */
interface ModelFiles {
  folder: string;
  problems: string[];
  requireFolder(): Promise<void>;
  require(name: string): Promise<void>;
  /** Null if the file is missing or invalid. Also adds a problem, unless the file is missing and not required. */
  read<T>(name: string, schema: z.ZodType<T>, isRequired: boolean): Promise<T | null>;
  throwProblems(): void;
}

function openFolder(folder: string): ModelFiles {
  const problems: string[] = [];
  const throwProblems = () => {
    if (problems.length === 0) return;
    throw new StartupError(
      `LOCAL_MODEL_DIR: ${folder} cannot be used; expected a sentence-transformers model with an ONNX graph ` +
        `(docs/models.md):\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  };
  return {
    folder,
    problems,
    throwProblems,
    async requireFolder() {
      const found = await unlessMissing(stat(folder));
      if (found?.isDirectory()) return;
      problems.push(found ? 'it is not a folder' : 'it does not exist');
      throwProblems();
    },
    async require(name) {
      const found = await unlessMissing(stat(path.join(folder, name)));
      if (!found?.isFile()) problems.push(`${name} is missing`);
    },
    async read(name, schema, isRequired) {
      let text: string;
      try {
        text = await readFile(path.join(folder, name), 'utf8');
      } catch (error) {
        const isMissing = systemCodeOf(error) === 'ENOENT';
        if (!isMissing) problems.push(`${name} cannot be read`);
        else if (isRequired) problems.push(`${name} is missing`);
        return null;
      }
      const { data } = schema.safeParse(parseJson(text));
      if (data === undefined) problems.push(`${name} is not in the format of sentence-transformers`);
      return data ?? null;
    },
  };
}

async function readModules(files: ModelFiles) {
  const modules = (await files.read('modules.json', Modules, true)) ?? [];
  const kinds = modules.map(({ type, path: folder }) => ({ kind: type.split('.').at(-1) ?? '', folder }));
  for (const { kind } of kinds) {
    if (!['Transformer', 'Pooling', 'Normalize'].includes(kind)) {
      files.problems.push(`modules.json has a module "${kind}", which PaperQL cannot run`);
    }
  }
  const folderOf = (kind: string) => kinds.find((each) => each.kind === kind)?.folder;
  const poolingFolder = folderOf('Pooling');
  if (modules.length > 0 && poolingFolder === undefined) files.problems.push('modules.json has no Pooling');
  return {
    transformerFolder: folderOf('Transformer') ?? '',
    poolingFolder: poolingFolder ?? '1_Pooling',
    isNormalised: folderOf('Normalize') !== undefined,
  };
}

async function readPooling(files: ModelFiles, folder: string) {
  const name = path.posix.join(folder, 'config.json');
  const config = await files.read(name, PoolingConfig, true);
  if (!config) return { mode: 'mean' as const, dimension: 0, includesPrompt: true };
  const dimension = config.word_embedding_dimension ?? config.embedding_dimension;
  if (dimension === undefined) files.problems.push(`${name} does not say how many numbers a vector has`);
  const modes = toModes(config);
  const mode = modes.length === 1 ? POOLING_MODES.get(modes.join()) : undefined;
  if (mode === undefined) {
    const known = [...POOLING_MODES.keys()].join(', ');
    files.problems.push(`${name} pools by ${modes.join(' and ') || 'nothing'}; expected one of ${known}`);
  }
  return {
    mode: mode ?? 'mean',
    dimension: dimension ?? 0,
    includesPrompt: config.include_prompt ?? true,
  };
}

/** By their names in sentence-transformers. A mean may have any length, because vectors are compared by cosine. */
const POOLING_MODES: ReadonlyMap<string, Pooling> = new Map([
  ['mean', 'mean'],
  ['cls', 'cls'],
  ['max', 'max'],
  ['lasttoken', 'lasttoken'],
  ['weightedmean', 'weightedmean'],
  ['mean_sqrt_len_tokens', 'mean'],
]);

function toModes(config: z.infer<typeof PoolingConfig>): string[] {
  if (config.pooling_mode !== undefined) return [config.pooling_mode];
  const flags = {
    cls: config.pooling_mode_cls_token,
    mean: config.pooling_mode_mean_tokens,
    max: config.pooling_mode_max_tokens,
    mean_sqrt_len_tokens: config.pooling_mode_mean_sqrt_len_tokens,
    weightedmean: config.pooling_mode_weightedmean_tokens,
    lasttoken: config.pooling_mode_lasttoken,
  };
  return Object.entries(flags).flatMap(([mode, isOn]) => (isOn ? [mode] : []));
}

/**
 * The same limit as in sentence-transformers: its own, or else the smaller of those of the network and the tokenizer.
 */
async function readLimits(files: ModelFiles, folder: string) {
  const own = await files.read(
    path.posix.join(folder, 'sentence_bert_config.json'),
    TransformerConfig,
    false,
  );
  const network = await files.read(path.posix.join(folder, 'config.json'), NetworkConfig, false);
  const tokenizer = await files.read('tokenizer_config.json', TokenizerConfig, false);
  const maxTokens =
    own?.max_seq_length ??
    Math.min(network?.max_position_embeddings ?? Infinity, tokenizer?.model_max_length ?? Infinity);
  if (!(maxTokens <= MOST_TOKENS)) {
    files.problems.push(
      'sentence_bert_config.json is missing, or does not have the maximum length (max_seq_length)',
    );
  }
  return { maxTokens, isLowerCased: own?.do_lower_case ?? false };
}

/** More than any model accepts, and less than the number that means no limit. */
const MOST_TOKENS = 1_000_000;

async function readPrompts(files: ModelFiles): Promise<{ prefixes: Prefixes; comparedBy: string }> {
  const config = await files.read('config_sentence_transformers.json', SentenceConfig, false);
  const prompts = config?.prompts ?? {};
  const general = prompts[config?.default_prompt_name ?? ''] ?? '';
  const [document] = DOCUMENT_PROMPTS.flatMap((name) => prompts[name] ?? []);
  return {
    prefixes: { query: prompts['query'] ?? general, passage: document ?? general },
    comparedBy: config?.similarity_fn_name ?? 'cosine',
  };
}

/** The only ONNX graph; if there are several, the one named model.onnx, which is not quantized. */
async function findGraph({ folder, problems }: ModelFiles): Promise<string> {
  const found: string[] = [];
  for (const place of ['onnx', '.']) {
    const names = (await unlessMissing(readdir(path.join(folder, place)))) ?? [];
    found.push(...names.filter((name) => name.endsWith('.onnx')).map((name) => path.posix.join(place, name)));
  }
  const plain = found.find((name) => path.posix.basename(name) === 'model.onnx');
  const [only, ...others] = found.sort();
  const graph = plain ?? (others.length === 0 ? only : undefined);
  if (graph !== undefined) return path.join(folder, graph);
  problems.push(
    only === undefined
      ? 'onnx/model.onnx is missing; make it with: optimum-cli export onnx --task feature-extraction'
      : `there are several graphs, none of them named model.onnx: ${found.join(', ')}; keep only one`,
  );
  return '';
}

/** Distinguishes models with the same name. Large models store their weights in a second file next to the graph. */
async function digest({ folder, graph, ...rest }: ModelSetup): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  for (const file of [path.join(folder, 'tokenizer.json'), graph, `${graph}_data`, `${graph}.data`]) {
    await unlessMissing(pipeline(createReadStream(file), hash, { end: false }));
  }
  return hash.digest('hex').slice(0, DIGEST_CHARACTERS);
}
