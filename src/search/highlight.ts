import type { FoundBy, FoundHit } from './ranked-hit.js';
import { oncePer } from '../once-per.js';
import type { PayloadField } from '../papers/payload.js';
import { findWords, toTerm, toTerms } from '../papers/words.js';
import { cosine } from '../store/scores.js';

/** The payload fields that highlights are made from. */
export const HIGHLIGHTED_FIELDS: readonly PayloadField[] = ['title', 'abstract'];
/** Maximum number of sentences of an abstract that are compared with the query; each must be embedded. */
const MAX_EMBEDDED_SENTENCES = 10;
/** Maximum number of sentences of an abstract that are shown for their words. */
const MAX_WORD_SENTENCES = 2;

export interface SearchHighlight {
  field: 'TITLE' | 'ABSTRACT';
  kind: 'WORDS' | 'SENTENCE';
  text: string;
  /** Offset in the text of the field, in UTF-16 code units. */
  start: number;
  parts: TextPart[];
  /** Cosine similarity to the query; null for WORDS. */
  score: number | null;
}

interface EmbeddingSource {
  /** The embedding of a query's text. */
  embed(text: string): Promise<Float32Array>;
  /** The embedding of a sentence. */
  embedPassage(text: string): Promise<Float32Array>;
}

/**
 * The passages that show why a paper matches: the title if it has words of the query, the sentence of the abstract
 * that is closest in meaning, and the sentences with most of the words. Empty if no words were searched for.
 *
 * The closest sentence is added in SEMANTIC mode, and in HYBRID mode for papers with none of the words.
 */
export async function highlight(
  source: EmbeddingSource,
  { payload, foundBy }: Pick<FoundHit, 'payload' | 'foundBy'>,
): Promise<SearchHighlight[]> {
  if (!foundBy) return [];
  const { title = '', abstract = '' } = payload;
  const stems = stemsOf(foundBy);
  const sentences = toSentences(abstract);
  const inTitle = countStems(title, stems) > 0;
  const withWords = findByWords(sentences, stems);
  const hasWords = inTitle || withWords.length > 0;
  const closest = comparesMeaning(foundBy, hasWords)
    ? await findClosest(source, foundBy.text, sentences)
    : null;
  return [
    ...(inTitle ? [show('TITLE', 'WORDS', { text: title, start: 0 }, stems)] : []),
    ...(closest ? [{ ...show('ABSTRACT', 'SENTENCE', closest.sentence, stems), score: closest.score }] : []),
    ...withWords
      .filter((sentence) => sentence !== closest?.sentence)
      .slice(0, MAX_WORD_SENTENCES)
      .map((sentence) => show('ABSTRACT', 'WORDS', sentence, stems)),
  ];
}

/** All results of a search share these words. */
const stemsOf = oncePer(({ text, named }: FoundBy) => toStems(`${text} ${named}`));

function comparesMeaning({ text, mode }: FoundBy, hasWords: boolean): boolean {
  return text !== '' && (mode === 'SEMANTIC' || (mode === 'HYBRID' && !hasWords));
}

function show(
  field: SearchHighlight['field'],
  kind: SearchHighlight['kind'],
  { text, start }: Sentence,
  stems: ReadonlySet<string>,
): SearchHighlight {
  return { field, kind, text, start, parts: markWords(text, stems), score: null };
}

/** Sentences with words of the query: those with the most distinct words, in the order of the text. */
function findByWords(sentences: readonly Sentence[], stems: ReadonlySet<string>): Sentence[] {
  return sentences
    .map((sentence) => ({ sentence, count: countStems(sentence.text, stems) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ sentence }) => sentence);
}

async function findClosest(
  source: EmbeddingSource,
  text: string,
  sentences: readonly Sentence[],
): Promise<{ sentence: Sentence; score: number } | null> {
  const compared = sentences.slice(0, MAX_EMBEDDED_SENTENCES);
  const [query, ...embeddings] = await Promise.all([
    source.embed(text),
    ...compared.map((sentence) => source.embedPassage(sentence.text)),
  ]);
  const scored = compared.flatMap((sentence, at) => {
    const embedding = embeddings[at];
    return embedding ? [{ sentence, score: cosine(query, embedding) }] : [];
  });
  return scored.reduce<(typeof scored)[number] | null>(
    (best, each) => (best && best.score >= each.score ? best : each),
    null,
  );
}

/** A piece of text; joined, the parts of a text make up the text. */
export interface TextPart {
  text: string;
  isMatch: boolean;
}

/**
 * The stems of a text's words without stop words, as in keyword search. Highlights therefore mark what was found.
 */
export function toStems(text: string): Set<string> {
  return new Set(toTerms(text));
}

/** Splits the text into parts, and marks each word whose stem is among `stems`. */
export function markWords(text: string, stems: ReadonlySet<string>): TextPart[] {
  const parts: TextPart[] = [];
  const add = (part: string, isMatch: boolean) => {
    if (part !== '') parts.push({ text: part, isMatch });
  };
  let end = 0;
  const isAmong = (term: string | null) => term !== null && stems.has(term);
  for (const { words, start, length } of findWords(text)) {
    if (!words.some((word) => isAmong(toTerm(word)))) continue;
    add(text.slice(end, start), false);
    end = start + length;
    add(text.slice(start, end), true);
  }
  add(text.slice(end), false);
  return parts;
}

/** The number of `stems` in the text. */
function countStems(text: string, stems: ReadonlySet<string>): number {
  const found = toStems(text);
  return [...stems].filter((each) => found.has(each)).length;
}

interface Sentence {
  text: string;
  /** Offset in the whole text, in UTF-16 code units. */
  start: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The sentences of a text in order, without the white space between them. */
export function toSentences(text: string): Sentence[] {
  return Array.from(segmenter.segment(text), ({ segment, index }) => ({
    text: segment.trimEnd(),
    start: index,
  })).filter((sentence) => sentence.text !== '');
}
