import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packagePath } from '../../src/package-root.js';

/** Files of a model's folder: objects are written as JSON, buffers unchanged; null omits a file. */
export type ModelFiles = Readonly<Record<string, object | Buffer | null>>;

/** Files that sentence-transformers writes in addition to a network and its tokenizer. */
const LAYOUT: ModelFiles = {
  'modules.json': [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
  ],
  'sentence_bert_config.json': { max_seq_length: 16, do_lower_case: false },
};

/** The words of the tiny model and the vectors of their tokens. */
const VECTORS = {
  '[PAD]': [0, 0],
  '[UNK]': [-1, -1],
  '[CLS]': [1, 0],
  '[SEP]': [0, 1],
  a: [3, 4],
  b: [-6, 2],
  query: [10, 0],
  doc: [0, 10],
} as const;

/**
 * Writes a model with eight words and two dimensions. Its graph looks up the vector of each token, so that a test can compute the
 * embedding of a text.
 */
export async function writeTinyModel(folder: string, files: ModelFiles = {}): Promise<string> {
  const words = Object.keys(VECTORS);
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  }));
  const around = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const toSpecial = (id: string) => ({ id, ids: [words.indexOf(id)], tokens: [id] });
  return writeFiles(folder, {
    ...LAYOUT,
    '1_Pooling/config.json': { word_embedding_dimension: 2, pooling_mode_mean_tokens: true },
    'tokenizer.json': {
      version: '1.0',
      added_tokens: special,
      normalizer: null,
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [around('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, around('[SEP]')],
        pair: [],
        special_tokens: { '[CLS]': toSpecial('[CLS]'), '[SEP]': toSpecial('[SEP]') },
      },
      decoder: null,
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      },
    },
    'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', model_max_length: 512 },
    'onnx/model.onnx': lookUpGraph(Object.values(VECTORS)),
    ...files,
  });
}

/** The bundled model, laid out as sentence-transformers does. */
export async function writeBundledModel(folder: string, files: ModelFiles = {}): Promise<string> {
  await cp(packagePath('models', 'all-MiniLM-L6-v2'), folder, { recursive: true });
  return writeFiles(folder, {
    ...LAYOUT,
    'sentence_bert_config.json': { max_seq_length: 128, do_lower_case: false },
    '1_Pooling/config.json': { word_embedding_dimension: 384, pooling_mode_mean_tokens: true },
    ...files,
  });
}

async function writeFiles(folder: string, files: ModelFiles): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    if (content === null) await rm(file, { force: true });
    else await writeFile(file, Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return folder;
}

/** An ONNX graph with one node, which looks up each token's vector (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export function lookUpGraph(vectors: readonly (readonly number[])[], input = 'input_ids'): Buffer {
  const dimension = vectors[0]?.length ?? 0;
  const [float, int64] = [1, 7];
  const size = (dimensions: readonly (number | string)[]) =>
    dimensions.map((each) => part(1, typeof each === 'number' ? number(1, each) : part(2, each)));
  const value = (name: string, type: number, dimensions: readonly (number | string)[]) =>
    Buffer.concat([
      part(1, name),
      part(2, part(1, Buffer.concat([number(1, type), part(2, Buffer.concat(size(dimensions)))]))),
    ]);
  const weights = Buffer.concat([
    number(1, vectors.length),
    number(1, dimension),
    number(2, float),
    part(8, 'vectors'),
    part(9, Buffer.from(Float32Array.from(vectors.flat()).buffer)),
  ]);
  const node = Buffer.concat([
    part(1, 'vectors'),
    part(1, input),
    part(2, 'last_hidden_state'),
    part(4, 'Gather'),
  ]);
  const graph = Buffer.concat([
    part(1, node),
    part(2, 'look-up'),
    part(5, weights),
    part(11, value(input, int64, ['batch', 'sequence'])),
    part(12, value('last_hidden_state', float, ['batch', 'sequence', dimension])),
  ]);
  const operators = Buffer.concat([part(1, ''), number(2, 13)]);
  return Buffer.concat([number(1, 8), part(7, graph), part(8, operators)]);
}

/** A length-delimited field of a protocol buffer. */
function part(field: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([toVarint(field * 8 + 2), toVarint(bytes.length), bytes]);
}

/** An integer field of a protocol buffer. */
function number(field: number, value: number): Buffer {
  return Buffer.concat([toVarint(field * 8), toVarint(value)]);
}

function toVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
}
