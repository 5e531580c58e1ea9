import { describe, expect, test } from '@jest/globals';
import { highlight, markWords, toSentences, toStems } from '../../../src/search/highlight.js';
import type { FoundBy } from '../../../src/search/ranked-hit.js';

/** The text, with marked words in brackets. */
function mark(text: string, query: string): string {
  const parts = markWords(text, toStems(query));
  expect(parts.map((part) => part.text).join('')).toBe(text);
  return parts.map((part) => (part.isMatch ? `[${part.text}]` : part.text)).join('');
}

describe('words', () => {
  test.each([
    ['galaxy', 'Nearby galaxies, and a Galaxy.', 'Nearby [galaxies], and a [Galaxy].'],
    [
      'learning networks',
      'A network learns; networked learners',
      'A [network] [learns]; [networked] learners',
    ],
    ['balazs', 'Balázs and Balazs', '[Balázs] and [Balazs]'],
    ['state of the art', 'the state of an art', 'the [state] of an [art]'],
    ['C++', 'Written in C++ or C', 'Written in [C]++ or [C]'],
    ['深度学习', '关于 深度学习 的', '关于 [深度学习] 的'],
    ['<b>', '<b>bold</b> & more', '<[b]>bold</[b]> & more'],
    ['the of and', 'the cat and the hat', 'the cat and the hat'],
    ['', 'anything', 'anything'],
  ])('%s in "%s"', (query, text, marked) => {
    expect(mark(text, query)).toBe(marked);
  });

  test('the parts of a long text with every word marked add up to the text', () => {
    const text = 'stars and planets '.repeat(5_000);
    expect(markWords(text, toStems('star planet')).filter(({ isMatch }) => isMatch)).toHaveLength(10_000);
  });
});

test('sentences have their offsets', () => {
  const text = 'We measure 0.5 eV.  Results agree! Is it new? Yes';
  const sentences = toSentences(text);
  expect(sentences.map((sentence) => sentence.text)).toEqual([
    'We measure 0.5 eV.',
    'Results agree!',
    'Is it new?',
    'Yes',
  ]);
  for (const { text: sentence, start } of sentences)
    expect(text.slice(start).startsWith(sentence)).toBe(true);
});

describe('highlights', () => {
  const paper = {
    id: 'p',
    payload: {
      title: 'Dark stars',
      abstract:
        'We look up. Stars are far away and stars are dark. Planets and stars differ. Nothing else matters.',
    },
  };
  /** An embedder by the length of texts, and the texts that it has embedded. */
  function lengthEmbedder() {
    const texts: string[] = [];
    const embed = async (text: string) => {
      texts.push(text);
      return Float32Array.of(Math.cos(text.length / 100), Math.sin(text.length / 100));
    };
    return { source: { embed, embedPassage: embed }, texts };
  }
  async function show(by: Partial<FoundBy> | null) {
    const { source, texts } = lengthEmbedder();
    const foundBy = by && { text: '', named: '', mode: 'HYBRID' as const, ...by };
    const found = await highlight(source, { ...paper, foundBy });
    return { shown: found.map(({ field, kind, text }) => [field, kind, text]), texts, found };
  }

  test('KEYWORD shows the title and the sentences with most of the words, and embeds nothing', async () => {
    const { shown, texts } = await show({ text: 'dark planets, star', mode: 'KEYWORD' });
    expect(shown).toEqual([
      ['TITLE', 'WORDS', 'Dark stars'],
      ['ABSTRACT', 'WORDS', 'Stars are far away and stars are dark.'],
      ['ABSTRACT', 'WORDS', 'Planets and stars differ.'],
    ]);
    expect(texts).toEqual([]);
  });

  test('SEMANTIC shows the closest sentence with its similarity and offset', async () => {
    const query = 'x'.repeat('Planets and stars differ.'.length);
    const { found, texts } = await show({ text: query, mode: 'SEMANTIC' });
    expect(found).toEqual([
      {
        field: 'ABSTRACT',
        kind: 'SENTENCE',
        text: 'Planets and stars differ.',
        start: paper.payload.abstract.indexOf('Planets'),
        parts: [{ text: 'Planets and stars differ.', isMatch: false }],
        score: expect.closeTo(1) as unknown,
      },
    ]);
    expect(texts).toHaveLength(5);
  });

  test('the closest sentence is not repeated for its words', async () => {
    const { shown } = await show({ text: 'planets', mode: 'SEMANTIC' });
    expect(shown.filter(([, , text]) => text === 'We look up.')).toHaveLength(1);
    expect(new Set(shown.map(([, , text]) => text)).size).toBe(shown.length);
  });

  test('HYBRID finds the closest sentence if no word matches', async () => {
    expect((await show({ text: 'planet', mode: 'HYBRID' })).texts).toEqual([]);
    expect((await show({ text: 'galaxies', mode: 'HYBRID' })).shown).toEqual([
      ['ABSTRACT', 'SENTENCE', expect.any(String)],
    ]);
  });

  test('words of phrases and of "title:" are marked as well as those of the text', async () => {
    const { found } = await show({ text: 'planets', named: 'dark', mode: 'KEYWORD' });
    const marked = found.flatMap(({ parts }) =>
      parts.filter(({ isMatch }) => isMatch).map(({ text }) => text),
    );
    expect(new Set(marked)).toEqual(new Set(['Dark', 'dark', 'Planets']));
  });

  test.each(['HYBRID', 'SEMANTIC'] as const)('in %s mode phrases alone embed nothing', async (mode) => {
    const { shown, texts } = await show({ named: 'dark', mode });
    expect(shown[0]).toEqual(['TITLE', 'WORDS', 'Dark stars']);
    expect(texts).toEqual([]);
  });

  test('a paper found without a text has no highlights', async () => {
    expect((await show(null)).shown).toEqual([]);
  });
});
