import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lookUpGraph, writeTinyModel, type ModelFiles } from '../../../support/model-folder.js';
import { createLocalEmbedder } from '../../../../src/embedding/local/embedder.js';
import { NO_PREFIXES, type Embedder, type TextKind } from '../../../../src/embedding/embedder.js';

let parent: string;
let opened: Embedder[];
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'paperql-model-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((embedder) => embedder.close()));
  await rm(parent, { recursive: true });
});

async function open(files: ModelFiles = {}, prefixes = NO_PREFIXES, name = 'tiny'): Promise<Embedder> {
  const folder = await writeTinyModel(path.join(parent, name), files);
  const embedder = await createLocalEmbedder({ model: { folder, prefixes } });
  opened.push(embedder);
  return embedder;
}

async function embed(embedder: Embedder, text: string, kind?: TextKind): Promise<number[]> {
  const [outcome] = await embedder.embed([text], { kind });
  if (outcome instanceof Float32Array) return [...outcome];
  throw outcome ?? new Error('No outcome');
}

const refusal = async (files: ModelFiles) => {
  const folder = await writeTinyModel(path.join(parent, 'wrong'), files);
  return createLocalEmbedder({ model: { folder, prefixes: NO_PREFIXES } }).then(
    () => 'none',
    (error: unknown) => String(error),
  );
};

describe('a sentence-transformers model', () => {
  // The vectors of "a b" are [CLS] (1, 0), a (3, 4), b (-6, 2) and [SEP] (0, 1).
  test.each<[string, object, number[]]>([
    ['the mean of its tokens', { pooling_mode_mean_tokens: true }, [-0.5, 1.75]],
    ['its first token', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, [1, 0]],
    ['the maximum of its tokens', { pooling_mode_max_tokens: true }, [3, 4]],
    ['its last token', { pooling_mode_lasttoken: true }, [0, 1]],
    ['the mean, of another length', { pooling_mode_mean_sqrt_len_tokens: true }, [-0.5, 1.75]],
    ['the mean, weighted by position', { pooling_mode_weightedmean_tokens: true }, [-1.1, 1.8]],
    ['what version 5 writes', { pooling_mode: 'max', include_prompt: true }, [3, 4]],
    ['its name for a weighted mean', { pooling_mode: 'weightedmean' }, [-1.1, 1.8]],
    ['its name for a mean of another length', { pooling_mode: 'mean_sqrt_len_tokens' }, [-0.5, 1.75]],
  ])('embeds a text as %s', async (_how, pooling, expected) => {
    const embedder = await open({ '1_Pooling/config.json': { word_embedding_dimension: 2, ...pooling } });
    expect(await embed(embedder, 'a b')).toEqual(expected.map((each): unknown => expect.closeTo(each, 6)));
    expect(embedder.dimension).toBe(2);
  });

  test('scales to length 1 if its modules say so', async () => {
    const modules = ['Transformer', 'Pooling', 'Normalize'].map((name, idx) => ({
      idx,
      name: String(idx),
      path: ['', '1_Pooling', '2_Normalize'][idx],
      type: `sentence_transformers.models.${name}`,
    }));
    const pooling = { word_embedding_dimension: 2, pooling_mode_max_tokens: true };
    const embedder = await open({ 'modules.json': modules, '1_Pooling/config.json': pooling });
    expect(await embed(embedder, 'a b')).toEqual([0.6, 0.8].map((each): unknown => expect.closeTo(each, 6)));
  });

  test('truncates texts to its own length, or else to that of the network and tokenizer', async () => {
    const own = await open({ 'sentence_bert_config.json': { max_seq_length: 3 } });
    expect(await embed(own, 'a b b')).toEqual(await embed(own, 'a'));
    const network = { 'sentence_bert_config.json': null, 'config.json': { max_position_embeddings: 4 } };
    const others = await open(network, NO_PREFIXES, 'other');
    expect(await embed(others, 'a b b')).toEqual(await embed(others, 'a b'));
    expect(await others.countTokens(['a', 'a b b b b'])).toBe(3 + 4);
  });

  test('converts texts to lower case if it was trained that way', async () => {
    const lower = await open({ 'sentence_bert_config.json': { max_seq_length: 9, do_lower_case: true } });
    expect(await embed(lower, 'A B')).toEqual(await embed(lower, 'a b'));
    const cased = await open({}, NO_PREFIXES, 'cased');
    expect(await embed(cased, 'A')).not.toEqual(await embed(cased, 'a'));
  });

  test('uses its own prompts as prefixes, each of which a setting can replace', async () => {
    const prompts = { query: 'query ', document: 'doc ', passage: 'b ' };
    const config = { 'config_sentence_transformers.json': { prompts, default_prompt_name: null } };
    const own = await open(config);
    expect(own.prefixes).toEqual({ query: 'query ', passage: 'doc ' });
    const plain = await open({}, NO_PREFIXES, 'plain');
    expect(plain.prefixes).toEqual(NO_PREFIXES);
    expect(await embed(own, 'a', 'query')).toEqual(await embed(plain, 'query a'));
    expect(await embed(own, 'a')).toEqual(await embed(plain, 'doc a'));
    expect(await own.countTokens(['a'])).toBe(4);
    const other = await open(config, { query: '', passage: 'b ' }, 'other');
    expect(other.prefixes).toEqual({ query: 'query ', passage: 'b ' });
  });

  test('uses its default prompt if it has none for queries or documents', async () => {
    const config = { prompts: { clustering: 'b ' }, default_prompt_name: 'clustering' };
    const embedder = await open({ 'config_sentence_transformers.json': config });
    expect(embedder.prefixes).toEqual({ query: 'b ', passage: 'b ' });
  });

  test('is named after its folder and everything that determines its embeddings', async () => {
    const first = await open({});
    expect(first.id).toMatch(/^local:tiny@[0-9a-f]{12}$/);
    const same = await open({}, NO_PREFIXES, path.join('elsewhere', 'tiny'));
    expect(same.id).toBe(first.id);
    const changes: ModelFiles[] = [
      { 'sentence_bert_config.json': { max_seq_length: 17 } },
      { '1_Pooling/config.json': { word_embedding_dimension: 2, pooling_mode_cls_token: true } },
      { 'onnx/model.onnx': lookUpGraph(Array.from({ length: 8 }, (_, at) => [at, 1])) },
    ];
    const names = new Set([first.id]);
    for (const [at, files] of changes.entries()) {
      names.add((await open(files, NO_PREFIXES, path.join(String(at), 'tiny'))).id);
    }
    expect(names.size).toBe(4);
  });
});

describe('a folder is rejected, with LOCAL_MODEL_DIR and the reason,', () => {
  test('if it does not exist', async () => {
    const folder = path.join(parent, 'nowhere');
    await expect(createLocalEmbedder({ model: { folder, prefixes: NO_PREFIXES } })).rejects.toThrow(
      /LOCAL_MODEL_DIR: .*nowhere cannot be used.*\n {2}it does not exist/,
    );
  });

  test('if files are missing, all of which are named', async () => {
    const files = ['modules.json', '1_Pooling/config.json', 'onnx/model.onnx', 'tokenizer.json'];
    const said = await refusal(Object.fromEntries(files.map((name) => [name, null])));
    for (const name of files) expect(said).toContain(`  ${name} is missing`);
  });

  const pooling = (config: object) => ({
    '1_Pooling/config.json': { word_embedding_dimension: 2, ...config },
  });
  test.each<[string, ModelFiles, RegExp]>([
    [
      'a file that is not JSON',
      { 'modules.json': Buffer.from('{') },
      /modules.json is not in the format of sentence-transf/,
    ],
    [
      'an unsupported module',
      { 'modules.json': [{ path: '2_Dense', type: 'sentence_transformers.models.Dense' }] },
      /modules.json has a module "Dense", which PaperQL cannot run\n {2}modules.json has no Pooling/,
    ],
    ['no way of pooling', pooling({}), /1_Pooling\/config.json pools by nothing; expected one of mean, cls/],
    [
      'two ways of pooling',
      pooling({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }),
      /pools by cls and mean; expected one of/,
    ],
    ['another way of pooling', pooling({ pooling_mode: 'attention' }), /pools by attention; expected/],
    ['no dimension', { '1_Pooling/config.json': { pooling_mode: 'cls' } }, /does not say how many numbers/],
    [
      'no maximum length',
      { 'sentence_bert_config.json': null, 'tokenizer_config.json': { model_max_length: 1e30 } },
      /sentence_bert_config.json is missing, or does not have the maximum length/,
    ],
    [
      'several graphs',
      { 'onnx/model.onnx': null, 'onnx/a.onnx': Buffer.from('a'), 'onnx/b.onnx': Buffer.from('b') },
      /several graphs, none of them named model.onnx: onnx\/a.onnx, onnx\/b.onnx; keep only one/,
    ],
    [
      'vectors that are not made for cosine similarity',
      { 'config_sentence_transformers.json': { similarity_fn_name: 'dot' } },
      /similarity_fn_name: vectors are compared by dot, but PaperQL's collections/,
    ],
    [
      'prompts that pooling excludes',
      {
        ...pooling({ pooling_mode_mean_tokens: true, include_prompt: false }),
        'config_sentence_transformers.json': { prompts: { query: 'query ' } },
      },
      /include_prompt: PaperQL cannot leave the tokens of a prompt out/,
    ],
    ['a graph that is not ONNX', { 'onnx/model.onnx': Buffer.from('not ONNX') }, /cannot be run: /],
    [
      'a graph with other inputs',
      { 'onnx/model.onnx': lookUpGraph([[1, 2]], 'pixel_values') },
      /cannot be run: The graph has the inputs pixel_values, which PaperQL does not know/,
    ],
    [
      'a graph with other number types',
      pooling({ word_embedding_dimension: 3, pooling_mode: 'cls' }),
      /cannot be run: The graph returned \d+ numbers for \d+ tokens; expected \d+/,
    ],
  ])('if it has %s', async (_what, files, sentence) => {
    expect(await refusal(files)).toMatch(sentence);
  });
});
