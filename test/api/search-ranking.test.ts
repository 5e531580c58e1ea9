import { describe, expect, test } from '@jest/globals';
import { idsOf, useSearchServer } from '../support/search-server.js';

interface Ranker {
  score: number;
  rank: number;
}
interface Result {
  rank: number;
  score: number | null;
  paper: { id: string; title: string; abstract: string; submittedAt: string };
  explanation: {
    semantic: Ranker | null;
    keyword: Ranker | null;
    fusion: {
      method: string;
      score: number;
      semanticWeight: number;
      keywordWeight: number;
      semanticContribution: number;
      keywordContribution: number;
    } | null;
    boosts: { kind: string; factor: number; reason: string }[];
    scoreRank: number;
  } | null;
}
interface Found {
  totalCount: number;
  nodes: Result[];
}

const SEARCH = `query Ranked(
  $query: String, $filter: SearchFilter, $mode: SearchMode, $ranking: RankingInput, $orderBy: SearchOrderInput,
  $params: SearchParamsInput, $first: Int
) {
  search(
    query: $query, filter: $filter, mode: $mode, ranking: $ranking, orderBy: $orderBy, params: $params, first: $first
  ) {
    totalCount
    nodes {
      rank
      score
      paper { id title abstract submittedAt }
      explanation {
        semantic { score rank }
        keyword { score rank }
        fusion { method score semanticWeight keywordWeight semanticContribution keywordContribution }
        boosts { kind factor reason }
        scoreRank
      }
    }
  }
}`;

const { find } = useSearchServer<Found>(SEARCH);

describe('modes', () => {
  test('HYBRID is the default', async () => {
    const query = 'graph attention';
    const [byDefault, hybrid] = await Promise.all([find({ query }), find({ query, mode: 'HYBRID' })]);
    expect(byDefault).toEqual(hybrid);
    expect(hybrid.nodes[0]?.explanation?.fusion).toMatchObject({ score: hybrid.nodes[0]?.score });
  });

  test('KEYWORD finds only papers with the words, even author names; totalCount counts what the filter selects', async () => {
    const { nodes, totalCount } = await find({ query: 'Perelman', mode: 'KEYWORD' });
    expect(nodes.map(({ paper }) => paper.id).sort()).toEqual([
      'math/0211159',
      'math/0303109',
      'math/0307245',
    ]);
    expect(totalCount).toBe(252);
    for (const { score } of nodes) expect(score).toBeGreaterThan(0);
  });

  test('KEYWORD compares words by their stems', async () => {
    const [one, many] = [
      await find({ query: 'galaxy', mode: 'KEYWORD' }),
      await find({ query: 'galaxies', mode: 'KEYWORD' }),
    ];
    expect(one.nodes.length).toBeGreaterThan(0);
    expect(idsOf(one)).toEqual(idsOf(many));
  });

  test('SEMANTIC scores are cosines', async () => {
    const { nodes } = await find({ query: 'machine translation', mode: 'SEMANTIC', first: 100 });
    expect(nodes).toHaveLength(100);
    for (const { score } of nodes) expect(Math.abs(score ?? 2)).toBeLessThanOrEqual(1);
  });

  test('HYBRID ranks a paper with a rare word first, which SEMANTIC does not', async () => {
    const query = 'ResNet GAN';
    const semantic = await find({ query, mode: 'SEMANTIC', first: 100 });
    const keyword = await find({ query, mode: 'KEYWORD', first: 100 });
    const hybrid = await find({ query, first: 100 });
    expect(new Set(idsOf(hybrid))).not.toEqual(new Set(idsOf(keyword)));
    expect(idsOf(hybrid).slice(0, 3)).toContain(idsOf(keyword)[0]);
    expect(idsOf(hybrid)).not.toEqual(idsOf(semantic));
  });

  test.each([
    [1, 'SEMANTIC'],
    [0, 'KEYWORD'],
  ])('semanticWeight %d ranks the same paper first as %s', async (semanticWeight, mode) => {
    const query = 'quantum error correction codes';
    const weighted = await find({ query, ranking: { fusion: { semanticWeight, method: 'RRF' } }, first: 10 });
    expect(idsOf(weighted)).toEqual(idsOf(await find({ query, mode, first: 10 })));
  });

  test('a text of stop words is searched by meaning alone', async () => {
    const { nodes } = await find({ query: 'to be or not to be', first: 3 });
    expect(nodes.map(({ explanation }) => explanation?.keyword)).toEqual([null, null, null]);
    expect((await find({ query: 'to be or not to be', mode: 'KEYWORD' })).nodes).toEqual([]);
  });
});

describe('explanation', () => {
  test.each(['RRF', 'RELATIVE_SCORE', 'DISTRIBUTION_SCORE'])(
    '%s: the contributions add up to the score',
    async (method) => {
      const fusion = { method, semanticWeight: 0.7 };
      const { nodes } = await find({ query: 'deep neural networks', ranking: { fusion }, first: 100 });
      for (const { score, explanation } of nodes) {
        const { semanticContribution = NaN, keywordContribution = NaN } = explanation?.fusion ?? {};
        expect(explanation?.fusion).toMatchObject({
          method,
          semanticWeight: 0.7,
          keywordWeight: expect.closeTo(0.3),
        });
        expect(semanticContribution + keywordContribution).toBeCloseTo(score ?? NaN, 10);
      }
      expect(new Set(nodes.map(({ explanation }) => explanation?.scoreRank)).size).toBe(100);
    },
  );

  test('each ranking has the same scores as in its own mode', async () => {
    const query = 'deep neural networks';
    const { nodes } = await find({ query, first: 10 });
    for (const [mode, ranker] of [
      ['SEMANTIC', 'semantic'],
      ['KEYWORD', 'keyword'],
    ] as const) {
      const alone = await find({ query, mode, first: 100 });
      const both = nodes.flatMap(({ paper, explanation }) => {
        const own = alone.nodes.find((node) => node.paper.id === paper.id);
        return own ? [{ own, said: explanation?.[ranker] }] : [];
      });
      expect(both.length).toBeGreaterThan(0);
      for (const { own, said } of both)
        expect(said).toEqual({ score: expect.closeTo(own.score ?? NaN, 5), rank: own.rank });
    }
  });

  test.each([
    ['SEMANTIC', 'semantic', 'keyword'],
    ['KEYWORD', 'keyword', 'semantic'],
  ] as const)('of %s names one ranker', async (mode, ranker, other) => {
    const { nodes } = await find({ query: 'deep networks', mode, first: 2 });
    expect(nodes).toHaveLength(2);
    for (const { score, rank, explanation } of nodes) {
      expect(explanation).toEqual({
        [ranker]: { score, rank },
        [other]: null,
        fusion: null,
        boosts: [],
        scoreRank: rank,
      });
    }
  });

  test('is null in a listing', async () => {
    const { nodes } = await find({ first: 1 });
    expect(nodes[0]).toMatchObject({ score: null, explanation: null });
  });
});

describe('recency', () => {
  test('multiplies the score by a factor for the age, and explains it', async () => {
    const query = 'neural networks';
    const recency = { halfLifeDays: 1_000, weight: 0.8 };
    const { nodes } = await find({ query, ranking: { recency }, first: 20 });
    expect(nodes).toHaveLength(20);
    for (const { score, paper, explanation } of nodes) {
      const ageDays = (Date.now() - Date.parse(paper.submittedAt)) / 86_400_000;
      const factor = 0.2 + 0.8 * 0.5 ** (ageDays / 1_000);
      expect(explanation?.boosts).toEqual([
        {
          kind: 'RECENCY',
          factor: expect.closeTo(factor, 4),
          reason: `submitted ${Math.floor(ageDays)} days ago, half-life 1000 days`,
        },
      ]);
      expect(score).toBeCloseTo((explanation?.fusion?.score ?? NaN) * factor, 4);
    }
  });

  test('ranks newer papers higher', async () => {
    const query = 'neural networks';
    const yearOf = ({ nodes }: Found) =>
      nodes.reduce((sum, { paper }) => sum + Number(paper.submittedAt.slice(0, 4)), 0) / nodes.length;
    const plain = await find({ query });
    const boosted = await find({ query, ranking: { recency: { halfLifeDays: 365, weight: 1 } } });
    expect(yearOf(boosted)).toBeGreaterThan(yearOf(plain));
  });

  test('has no effect with weight 0', async () => {
    const query = 'neural networks';
    const plain = await find({ query });
    const boosted = await find({ query, ranking: { recency: { weight: 0 } } });
    expect(idsOf(boosted)).toEqual(idsOf(plain));
  });
});

test('diversity moves results without changing their scores, and scoreRank is their old position', async () => {
  const query = 'neural networks';
  const plain = await find({ query, first: 100 });
  const diverse = await find({ query, ranking: { diversity: 0.7 }, first: 100 });
  expect(idsOf(diverse)).not.toEqual(idsOf(plain));
  expect(idsOf(diverse)[0]).toBe(idsOf(plain)[0]);
  for (const { paper, score, explanation } of diverse.nodes) {
    const before = plain.nodes.find((node) => node.paper.id === paper.id);
    expect({ score, rank: explanation?.scoreRank }).toEqual({ score: before?.score, rank: before?.rank });
  }
});

describe('scoreThreshold', () => {
  test.each(['SEMANTIC', 'HYBRID'])('%s excludes papers below it', async (mode) => {
    const query = 'gravitational waves';
    const all = await find({ query, mode, first: 100 });
    const close = await find({ query, mode, ranking: { scoreThreshold: 0.3 }, first: 100 });
    const expected = all.nodes.filter(({ explanation }) => (explanation?.semantic?.score ?? -1) >= 0.3);
    expect(expected.length).toBeGreaterThan(2);
    expect(idsOf(close)).toEqual(expected.map(({ paper }) => paper.id));
    expect(close.totalCount).toBe(252);
  });
});

describe('orderBy', () => {
  test.each(['ASC', 'DESC'])('SUBMITTED %s sorts all results and keeps their scores', async (direction) => {
    const query = 'neural networks';
    const { nodes } = await find({ query, orderBy: { field: 'SUBMITTED', direction }, first: 100 });
    const dates = nodes.map(({ paper }) => Date.parse(paper.submittedAt));
    const sign = direction === 'ASC' ? 1 : -1;
    expect(dates).toEqual([...dates].sort((a, b) => sign * (a - b)));
    const [best] = (await find({ query, first: 1 })).nodes;
    const same = (
      await find({ query, orderBy: { field: 'SUBMITTED', direction }, filter: { ids: [best?.paper.id] } })
    ).nodes;
    expect(same.map(({ paper }) => paper.id)).toEqual([best?.paper.id]);
  });

  test('sorts only papers above the threshold', async () => {
    const search = { query: 'gravitational waves', mode: 'SEMANTIC', ranking: { scoreThreshold: 0.35 } };
    const best = await find({ ...search, first: 100 });
    const newest = await find({ ...search, orderBy: { field: 'SUBMITTED' }, first: 100 });
    expect(newest.nodes.length).toBeGreaterThan(1);
    expect([...idsOf(newest)].sort()).toEqual([...idsOf(best)].sort());
    expect(newest.nodes.map(({ explanation }) => explanation?.scoreRank).sort()).toEqual(
      best.nodes.map(({ rank }) => rank).sort(),
    );
  });
});

test('params are passed to the store', async () => {
  const query = 'gravitational waves';
  const exact = await find({ query, mode: 'SEMANTIC', params: { exact: true, hnswEf: 300 } });
  expect(idsOf(exact)).toEqual(idsOf(await find({ query, mode: 'SEMANTIC' })));
});

test('without a text, mode and ranking change nothing', async () => {
  const listing = await find({});
  const ranked = await find({ mode: 'KEYWORD', ranking: { recency: {} } });
  expect(ranked).toEqual(listing);
});
