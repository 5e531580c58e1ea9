import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA, paper } from '../contract/paper-points.js';
import { openLanceStore } from '../support/lance-store.js';
import type { PaperStore } from '../../src/store/store.js';
import { serveStore, type ServedStore } from '../support/served-store.js';

/** Titles, the first `found` of which have the word, and spellings of the query. */
interface Case {
  words: string[];
  found: string[];
  others: string[];
}

const FOLDED: Case[] = [
  {
    words: ['Schrödinger', 'schrodinger', 'SCHRÖDINGER', 'Schro\u0308dinger'],
    found: [
      'Schrödinger operators on lines',
      'Schrodinger bridges on graphs',
      "Schrodinger's maps into spheres",
    ],
    others: ['Bohr atoms on lines', 'Heisenberg groups on tori'],
  },
  {
    words: ['Poincaré', 'Poincare'],
    found: ['Poincaré duality again', 'Poincare recurrence again'],
    others: ['Picard groups again'],
  },
  {
    words: ['Hörmander', 'Hormander'],
    found: ['Hörmander symbols', 'Hormander classes'],
    others: ['Holomorphic symbols'],
  },
  { words: ['Köthe', 'Kothe'], found: ['Köthe spaces of functions'], others: ['Banach spaces of functions'] },
  { words: ['Kohlhorster', 'Kohlhörster'], found: ['Kohlhörster balloons'], others: ['Hess balloons'] },
  { words: ['Erdős', 'erdos'], found: ['Erdős graphs', 'Erdos numbers'], others: ['Euler graphs'] },
  { words: ['Gödel', 'godel'], found: ['Gödel sentences', 'Godel numbers'], others: ['Gordan sentences'] },
  { words: ['Möbius', 'Mobius'], found: ['Möbius strips', 'Mobius functions'], others: ['Markov strips'] },
  {
    words: ['Schönhage', 'Schonhage'],
    found: ['Schönhage multiplication', 'Schonhage bounds'],
    others: ['Strassen multiplication'],
  },
  {
    words: ['café', 'cafe'],
    found: ['The café problem', 'The cafe theorem'],
    others: ['The coffee problem'],
  },
  { words: ['Ørsted', 'orsted'], found: ['Ørsted medals', 'Orsted cells'], others: ['Oersted units'] },
  { words: ['Weiß', 'weiss'], found: ['Weiß domains', 'Weiss fields'], others: ['Weir dams'] },
  { words: ['Łukasiewicz', 'lukasiewicz'], found: ['Łukasiewicz logic'], others: ['Lukas numbers'] },
  { words: ['Kähler', 'kahler'], found: ['Kähler metrics', 'Kahler cones'], others: ['Keller maps'] },
  { words: ['Čech', 'cech'], found: ['Čech complexes', 'Cech nerves'], others: ['Check sums'] },
  { words: ['Nguyễn', 'nguyen'], found: ['Nguyễn filters'], others: ['Nagy filters'] },
  {
    words: ['efficient', 'e\ufb03cient'],
    found: ['E\ufb03cient pumps of heat', 'Efficient motors'],
    others: ['Deficient pumps'],
  },
  { words: ['\ufb02ow', 'flow'], found: ['Ricci \ufb02ow', 'Mean flow'], others: ['Slow light'] },
  {
    words: ['5 µm', '5 μm'],
    found: ['Resolution of 5 μm lenses', 'Resolution of 5 µm mirrors'],
    others: [],
  },
  {
    words: ['ℓ1', 'l1'],
    found: ['ℓ1 regularised fits', 'l1 regularised trees', '𝓁1 balls'],
    others: ['l2 regularised fits'],
  },
  { words: ['H₂O', 'h2o'], found: ['H₂O masers', 'H2O ice'], others: ['CO2 ice'] },
  {
    words: ['cooperative', 'co\u00adoperative', 'co\u200doperative'],
    found: ['Cooperative games', 'Co\u00adoperative robots'],
    others: ['Co operative agents'],
  },
  { words: ['㎏', 'kg'], found: ['Masses of ㎏ bars', 'Masses of kg balls'], others: ['Masses of g bars'] },
  { words: ['λόγος', 'ΛΌΓΟΣ'], found: ['Plato on λόγος', 'ΛΌΓΟΣ in Heraclitus'], others: ['Plato on λόγον'] },
  { words: ['ｗｉｄｅ', 'wide'], found: ['ｗｉｄｅ fields', 'Wide nets'], others: ['Narrow nets'] },
];

/** Only KEYWORD compares stems. */
const STEMMED: Case[] = [
  {
    words: ['rôles', 'roles', 'role'],
    found: ['Rôles of agents', 'Roles of robots'],
    others: ['Rules of games'],
  },
  {
    words: ['networks', 'network'],
    found: ['Running networks', 'A network that runs'],
    others: ['A net of ropes'],
  },
  { words: ['naïvety'], found: ['Naïveté, or naïvety'], others: ['Native plants'] },
];

const POINTS = [...FOLDED, ...STEMMED].flatMap(({ found, others }, group) =>
  [...found, ...others].map((title, at) => {
    const id = `2401.00${String(group + 10)}${at}`;
    return { title, point: paper(id, [1, group, at, 0], { title, abstract: 'Nothing else.' }), id };
  }),
);

let dataDir: string;
let store: PaperStore;
let server: ServedStore;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-words-'));
  store = await openLanceStore({ dataDir, collection: 'words' });
  await store.create(METADATA);
  await store.upsert(POINTS.map(({ point }) => point));
  await store.optimize();
  server = await serveStore(store);
});
afterAll(async () => {
  await server.close();
  await store.close();
  await rm(dataDir, { recursive: true });
});

interface Found {
  search: {
    nodes: { paper: { title: string }; highlights: { parts: { text: string; isMatch: boolean }[] }[] }[];
  };
}

async function find(
  { found, others }: Case,
  args: (ids: string) => string,
): Promise<Found['search']['nodes']> {
  const titles = [...found, ...others];
  const ids = POINTS.filter(({ title }) => titles.includes(title)).map(({ id }) => id);
  const { data, errors } = await server.ask<Found>(
    `{ search(${args(JSON.stringify(ids))}) { nodes { paper { title } highlights { parts { text isMatch } } } } }`,
  );
  expect(errors).toBeUndefined();
  return data.search.nodes;
}

const titlesOf = (nodes: Found['search']['nodes']) => nodes.map(({ paper: { title } }) => title).sort();
const askedFor = (cases: Case[]) => cases.flatMap((each) => each.words.map((word) => ({ word, each })));

describe('a word is found in every spelling', () => {
  test.each(askedFor([...FOLDED.filter(({ words }) => !words[0]?.includes(' ')), ...STEMMED]))(
    'by KEYWORD: $word',
    async ({ word, each }) => {
      const query = JSON.stringify(word);
      const nodes = await find(
        each,
        (ids) => `query: ${query}, mode: KEYWORD, interpret: false, filter: { ids: ${ids} }`,
      );
      expect(titlesOf(nodes)).toEqual([...each.found].sort());
      for (const { paper: found, highlights } of nodes) {
        const marked = highlights.flatMap(({ parts }) => parts.filter(({ isMatch }) => isMatch));
        expect({ title: found.title, isMarked: marked.length > 0 }).toEqual({
          title: found.title,
          isMarked: true,
        });
      }
    },
  );

  test.each(askedFor(FOLDED))('by a filter: $word', async ({ word, each }) => {
    const text = JSON.stringify(word);
    const [all, any, phrase] = await Promise.all(
      [`match: ${text}`, `any: [${text}]`, `phrase: ${text}`].map((operator) =>
        find(each, (ids) => `filter: { ids: ${ids}, title: { ${operator} } }`),
      ),
    );
    for (const nodes of [all, phrase, ...(word.includes(' ') ? [] : [any])]) {
      expect(titlesOf(nodes ?? [])).toEqual([...each.found].sort());
    }
  });
});
