import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tokenizer } from '@huggingface/tokenizers';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelSetup, Pooling } from './model-folder.js';
import { createTokenise } from './tokenise.js';

/** A loaded model: returns the embedding of one text, and how many tokens it read. */
export type Model = (text: string) => Promise<{ embedding: Float32Array; tokens: number }>;

/**
 * One thread per session: the worker pool runs several texts at a time, and a thread pool in each worker would only
 * compete for the cores.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
};

type Runtime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

/**
 * The ONNX runtime. On Linux the install script of onnxruntime-node downloads libraries for CUDA from outside the
 * registry. If that fails, npm silently skips the package, because it is optional. `onnxruntime-node-plain` is its
 * last release without such a script: equally fast, with slightly different embeddings (cosine 0.999 on average).
 *
 * A process that will load the runtime in several threads, one after the other, must load it in its main thread
 * first: the library of the plain release cannot be loaded again once no thread has it.
 */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    return await import('onnxruntime-node-plain').catch(() => {
      throw error;
    });
  }
}

/**
 * Loads the tokenizer and the ONNX graph of a model. Both packages are optional parts of PaperQL, so they are
 * imported only here.
 */
export async function loadModel(setup: ModelSetup): Promise<Model> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const [tokenizer, session] = await Promise.all([
    loadTokenizer(setup.folder),
    InferenceSession.create(setup.graph, SESSION_OPTIONS),
  ]);
  const tokenise = createTokenise(tokenizer, setup);
  requireKnownInputs(session.inputNames);

  return async (text) => {
    const ids = BigInt64Array.from(tokenise(text), BigInt);
    const inputs = session.inputNames.map((name) => {
      return [name, new Tensor('int64', INPUTS[name]?.(ids) ?? ids, [1, ids.length])] as const;
    });
    const output = await session.run(Object.fromEntries(inputs));
    const embedding = toEmbedding(output, ids.length, setup);
    return { embedding: setup.isNormalised ? toUnit(embedding) : embedding, tokens: ids.length };
  };
}

/** Inputs that graphs of language models expect, for one text without padding. */
const INPUTS: Readonly<Record<string, (ids: BigInt64Array) => BigInt64Array>> = {
  input_ids: (ids) => ids,
  attention_mask: (ids) => ids.map(() => 1n),
  token_type_ids: (ids) => ids.map(() => 0n),
  position_ids: (ids) => ids.map((_, at) => BigInt(at)),
};

function requireKnownInputs(names: readonly string[]): void {
  const unknown = names.filter((name) => !(name in INPUTS));
  if (unknown.length === 0) return;
  throw new Error(`The graph has the inputs ${unknown.join(', ')}, which PaperQL does not know`);
}

type Output = Readonly<Record<string, { data: unknown; dims: readonly number[] }>>;

/** The embedding that the graph pooled itself, or else the pooled vectors of its tokens. */
function toEmbedding(output: Output, tokens: number, { dimension, pooling }: ModelSetup): Float32Array {
  const whole = output['sentence_embedding'];
  const perToken = output['last_hidden_state'] ?? output['token_embeddings'];
  const { data } = whole ?? perToken ?? {};
  if (!(data instanceof Float32Array)) {
    const names = Object.keys(output).join(', ');
    throw new Error(
      `The graph returned ${names}; expected sentence_embedding, last_hidden_state or token_embeddings in float32`,
    );
  }
  const expected = whole ? dimension : tokens * dimension;
  if (data.length !== expected) {
    throw new Error(`The graph returned ${data.length} numbers for ${tokens} tokens; expected ${expected}`);
  }
  return whole ? data : POOL[pooling](data, dimension);
}

/** Pools the vectors of all tokens, including special ones; `vectors` has them one after another. */
const POOL: Readonly<Record<Pooling, (vectors: Float32Array, dimension: number) => Float32Array>> = {
  cls: (vectors, dimension) => vectors.slice(0, dimension),
  lasttoken: (vectors, dimension) => vectors.slice(-dimension),
  mean(vectors, dimension) {
    const sums = fold(vectors, dimension, (sum, number) => sum + number);
    return sums.map((sum) => sum / (vectors.length / dimension));
  },
  // The first token has the weight 1, the last one their number.
  weightedmean(vectors, dimension) {
    const weighted = vectors.map((number, at) => number * (Math.floor(at / dimension) + 1));
    const tokens = vectors.length / dimension;
    const weights = (tokens * (tokens + 1)) / 2;
    return fold(weighted, dimension, (sum, number) => sum + number).map((sum) => sum / weights);
  },
  max: (vectors, dimension) => fold(vectors, dimension, Math.max),
};

function fold(
  vectors: Float32Array,
  dimension: number,
  combine: (a: number, b: number) => number,
): Float32Array {
  const result = vectors.slice(0, dimension);
  for (let at = dimension; at < vectors.length; at++) {
    const place = at % dimension;
    result[place] = combine(result[place] ?? NaN, vectors[at] ?? NaN);
  }
  return result;
}

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0));
  return length === 0 ? vector : vector.map((number) => number / length);
}

/** The tokenizer of the model in this folder. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const [vocabulary, config] = await Promise.all([
    readJson(path.join(folder, 'tokenizer.json')),
    readJson(path.join(folder, 'tokenizer_config.json')),
  ]);
  return new Tokenizer(vocabulary, config);
}

/** Why the model cannot be loaded. The hint is for the operator: the system's message, and what to do. */
export interface LoadFailure {
  reason: string;
  hint: string;
}

export function explainLoadFailure(error: unknown): LoadFailure {
  const { code, message } =
    error instanceof Error ? toCoded(error) : { code: undefined, message: String(error) };
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return {
      reason: 'The local embedding model is not installed',
      hint:
        'It needs onnxruntime-node and @huggingface/tokenizers: run ' +
        '"npm install --ignore-scripts onnxruntime-node @huggingface/tokenizers" (the script would download what only ' +
        'CUDA needs), or set EMBEDDER=openai',
    };
  }
  return {
    reason: 'The local embedding model cannot be loaded',
    hint: `${message}. Repair the model's files or the installation, or set EMBEDDER=openai`,
  };
}

function toCoded(error: Error & { code?: unknown }) {
  return { code: error.code, message: error.message };
}

async function readJson(file: string): Promise<object> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof content !== 'object' || content === null) throw new Error(`${file}: expected a JSON object`);
  return content;
}
