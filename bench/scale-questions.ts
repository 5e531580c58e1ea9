import type { HttpTarget } from './http-sender.js';
import { createRandom } from './scale-papers.js';

/** One question of the table, as several distinct requests. */
export interface ScaleQuestion {
  name: string;
  bodies: HttpTarget['bodies'];
  /** The beginning of a successful answer. */
  opening: string;
}

const WORDS = (
  'graph neural network point cloud transformer diffusion language model retrieval segmentation reinforcement learning robot ' +
  'protein quantum speech attention contrastive federated causal bayesian entropy kernel sparse optical tracking depth'
).split(' ');
const CATEGORIES = ['cs.CV', 'cs.LG', 'cs.CL', 'cs.RO'];
const AUTHORS = ['Wei Li', 'Wei Wang', 'Wei Zhang', 'Wei Liu', 'Wei Chen'];
const PHRASES = [
  'point cloud',
  'language model',
  'in this paper',
  'neural network',
  'reinforcement learning',
];
const BEGINNINGS = ['zh', 'wan', 'tia', 'jo', 'smi', 'neur', 'gra', 'rob', 'c', 'm'];
const PAPER = 'id title abstract authors { name }';

/** Typical questions about a large collection, `count` requests of each. */
export function toScaleQuestions(count: number): ScaleQuestion[] {
  const random = createRandom();
  const choose = <Value>(values: readonly [Value, ...Value[]] | readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value; // the lists above are not empty
  const words = () => Array.from({ length: 3 }, () => choose(WORDS)).join(' ');
  const year = () => 2008 + Math.floor(random() * 17);
  const search = (name: string, query: () => string, selected: string, given = ''): ScaleQuestion => ({
    name,
    bodies: Array.from({ length: count }, () => ({
      query: `query Search($query: String!) { search(query: $query, ${given}) { ${selected} } }`,
      variables: { query: query() },
    })),
    opening: '{"data":{"search":{',
  });
  const ten = `nodes { score paper { ${PAPER} } }`;
  const total = 'totalCount nodes { score paper { id title } }';
  const facets = (fields: readonly string[]) =>
    fields
      .map((field) => `${field.toLowerCase()}: facets(field: ${field}, first: 10) { value count }`)
      .join(' ');
  return [
    search('hybrid, ten papers with abstracts', words, ten, 'first: 10'),
    search('by meaning', words, ten, 'first: 10, mode: SEMANTIC'),
    search('by words', words, ten, 'first: 10, mode: KEYWORD'),
    search('hybrid with the total', words, total, 'first: 10'),
    search('with a year', () => `${words()} in ${year()}`, total, 'first: 10'),
    search('with a category', () => `${words()} cat:${choose(CATEGORIES)}`, total, 'first: 10'),
    search('with an author', () => `${words()} by ${choose(AUTHORS)}`, total, 'first: 10'),
    search('with a phrase', () => `"${choose(PHRASES)}" ${words()}`, total, 'first: 10'),
    {
      name: 'listing of a category, newest first',
      bodies: Array.from({ length: count }, () => ({
        query:
          'query List($filter: SearchFilter) { search(filter: $filter, first: 10) { nodes { paper { id title } } } }',
        variables: { filter: { categories: { in: [choose(CATEGORIES)] } } },
      })),
      opening: '{"data":{"search":{',
    },
    search('three facets over everything', words, facets(['CATEGORY', 'YEAR', 'AUTHOR']), 'first: 1'),
    search(
      'two facets of one year',
      () => `${words()} in ${year()}`,
      facets(['CATEGORY', 'AUTHOR']),
      'first: 1',
    ),
    {
      name: 'suggest',
      bodies: Array.from({ length: count }, () => ({
        query: 'query Suggest($prefix: String!) { suggest(prefix: $prefix, first: 8) { text } }',
        variables: { prefix: choose(BEGINNINGS) + choose(['', 'a', 'e', 'i']) },
      })),
      opening: '{"data":{"suggest":',
    },
    {
      name: 'number of papers',
      bodies: Array.from({ length: count }, () => ({ query: '{ corpus { count } }' })),
      opening: '{"data":{"corpus":{',
    },
  ];
}
