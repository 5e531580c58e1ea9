export interface Sentence {
  text: string;
  /** Where it begins in the whole text, in UTF-16 code units. */
  start: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The sentences of a text in order, without the space between them. */
export function toSentences(text: string): Sentence[] {
  return Array.from(segmenter.segment(text), ({ segment, index }) => ({
    text: segment.trimEnd(),
    start: index,
  })).filter((sentence) => sentence.text !== '');
}
