import type { Embedder } from '../embedding/embedder.js';

type Outcome = Float32Array | Error;

/**
 * The outcome of each text, in order; an error is that text's own. Equal texts are embedded once.
 *
 * @throws the `PublicError` that stands in the way of all.
 */
export async function embedTexts(embedder: Embedder, texts: readonly string[]): Promise<Outcome[]> {
  const distinct = [...new Set(texts)];
  const answers = await embedder.embed(distinct);
  const outcomes = new Map(distinct.map((text, at) => [text, toUsable(answers[at])]));
  return texts.map((text) => outcomes.get(text) ?? toUsable(undefined));
}

function toUsable(answer: Outcome | undefined): Outcome {
  if (answer === undefined) return new Error('The embedder returned no outcome for this text');
  if (!(answer instanceof Float32Array)) return answer;
  if (!answer.every(Number.isFinite)) return new Error('The embedder returned numbers that are not finite');
  return answer.some((number) => number !== 0)
    ? answer
    : new Error('The embedder returned a vector of zeros');
}
