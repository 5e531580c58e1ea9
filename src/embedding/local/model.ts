import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tokenizer } from '@huggingface/tokenizers';
import type { InferenceSession } from 'onnxruntime-node';
import { toTokenIds } from './tokenise.js';

/** A loaded model: the embedding of one text, unit length, and how many tokens it read. */
export type Model = (text: string) => Promise<{ embedding: Float32Array; tokens: number }>;

/**
 * One thread for one session: several texts at a time are the worker pool's matter, and a pool of threads inside every
 * worker would only fight over the cores.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
};

type Runtime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

/**
 * The ONNX runtime. On Linux the install script of onnxruntime-node fetches libraries for CUDA from outside the registry;
 * where it cannot, npm leaves the package out without a word, as it is optional. `onnxruntime-node-plain` is its last
 * release that has no such script: as fast, with embeddings a little different (cosine 0.999 on average).
 *
 * A process that is going to load it in several threads, one after the other, loads it in its main thread first: the
 * library of the plain release cannot be loaded again once no thread has it.
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
 * Loads tokenizer and ONNX graph from the folder of a model. Both packages are optional parts of PaperQL, so they are
 * imported here and not before.
 */
export async function loadModel(folder: string): Promise<Model> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const [tokenizer, session] = await Promise.all([
    loadTokenizer(folder),
    InferenceSession.create(path.join(folder, 'onnx', 'model_quantized.onnx'), SESSION_OPTIONS),
  ]);

  return async (text) => {
    const ids = BigInt64Array.from(toTokenIds(tokenizer, text), BigInt);
    const shape = [1, ids.length];
    const output = await session.run({
      input_ids: new Tensor('int64', ids, shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    });
    const embedding = output['sentence_embedding']?.data;
    if (!(embedding instanceof Float32Array)) throw new Error('The model returned no sentence_embedding');
    return { embedding, tokens: ids.length };
  };
}

/** The tokenizer of the model in the folder. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const [vocabulary, config] = await Promise.all([
    readJson(path.join(folder, 'tokenizer.json')),
    readJson(path.join(folder, 'tokenizer_config.json')),
  ]);
  return new Tokenizer(vocabulary, config);
}

/** Why the model cannot be loaded. The hint is for the operator: the system's words, and what to do. */
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
    hint: `${message}. Repair the installation, or set EMBEDDER=openai`,
  };
}

function toCoded(error: Error & { code?: unknown }) {
  return { code: error.code, message: error.message };
}

async function readJson(file: string): Promise<object> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof content !== 'object' || content === null) throw new Error(`${file} holds no JSON object`);
  return content;
}
