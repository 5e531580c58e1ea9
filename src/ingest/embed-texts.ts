import { mayPass, withRetries, type RetryOptions } from './retry.js';
import type { Embedder } from '../embedding/embedder.js';

type Outcome = Float32Array | Error;

/**
 * The outcome of each text, in order. Equal texts are embedded once; what fails for a reason that may pass is tried
 * again, alone. An outcome that is still an error is that text's own.
 *
 * @throws the `PublicError` that stands in the way of all when waiting did not help.
 */
export async function embedTexts(
  embedder: Embedder,
  texts: readonly string[],
  retries: RetryOptions,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  await withRetries(async () => {
    const left = [...new Set(texts)].filter((text) => !outcomes.has(text));
    const answers = await embedder.embed(left);
    let passing: Error | undefined;
    left.forEach((text, at) => {
      const answer = toUsable(answers[at]);
      if (mayPass(answer)) passing = answer;
      else outcomes.set(text, answer);
    });
    if (passing) throw passing;
  }, retries);
  return texts.map((text) => outcomes.get(text) ?? new Error('The embedder gave no outcome for this text'));
}

function toUsable(answer: Outcome | undefined): Outcome {
  if (answer === undefined) return new Error('The embedder gave no outcome for this text');
  if (!(answer instanceof Float32Array)) return answer;
  if (!answer.every(Number.isFinite)) return new Error('The embedder gave numbers that are not finite');
  return answer.some((number) => number !== 0) ? answer : new Error('The embedder gave a vector of zeros');
}
