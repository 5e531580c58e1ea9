import { z } from 'zod';
import { errorInWords } from './bounded-fetch.js';
import { misconfigured, notEmbeddings, SuspectTextsError, unusable } from './errors.js';
import { PublicError, toError } from '../../errors/errors.js';
import type { EmbeddingOutcome } from '../embedder.js';

export type EncodingFormat = 'float' | 'base64';

export interface Expected {
  /** Number of texts sent. */
  count: number;
  dimension: number;
  /** The requested format; lists of numbers are always understood. */
  format: EncodingFormat | undefined;
}

export interface ReadEmbeddings {
  outcomes: EmbeddingOutcome[];
  /** As billed; null if the service does not report it. */
  tokens: number | null;
}

const Item = z.object({ index: z.unknown().optional(), embedding: z.unknown().optional() });
const EmbeddingsAnswer = z.object({
  data: z.array(Item.nullable()),
  usage: z.object({ total_tokens: z.number() }).nullish().catch(null),
});
type Item = z.infer<typeof Item>;

/** Some servers always send the field, empty if there is no error. */
const Failed = z.object({ error: z.unknown().refine(saysSomething) });

/** Maximum length of a quoted unexpected answer. */
const MAX_WORDS_LENGTH = 200;

/**
 * The outcome of each text of a request. An invalid embedding is the error of its text.
 *
 * @throws PublicError if the answer does not say which embedding belongs to which text; then none is used.
 * @throws SuspectTextsError if no embedding is valid, or there is something else in their place: one text may make a
 * server write `NaN`, and a long answer may be truncated.
 */
export function readEmbeddings(body: string, { count, dimension, format }: Expected): ReadEmbeddings {
  const json = parse(body);
  const failed = Failed.safeParse(json).data;
  if (failed) throw toFailure(errorInWords(failed));
  const answer = EmbeddingsAnswer.safeParse(json);
  if (!answer.success) {
    const words = errorInWords(json).slice(0, MAX_WORDS_LENGTH);
    throw toSuspect(notEmbeddings(new Error(`The answer has no list "data" with embeddings: ${words}`)));
  }
  const outcomes = inOrder(answer.data.data, count).map((embedding) =>
    toEmbedding(embedding, dimension, format),
  );
  const problems = outcomes.filter((outcome) => outcome instanceof Error);
  const [problem] = problems;
  if (problem && problems.length === count) throw new SuspectTextsError(problem, problem, 'unusable');
  return { outcomes, tokens: answer.data.usage?.total_tokens ?? null };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw toSuspect(notEmbeddings(toError(error)));
  }
}

/** The failure of the service, or of a text that causes it. */
function toSuspect(failure: PublicError): SuspectTextsError {
  const { code, message, hint, cause } = failure;
  return new SuspectTextsError(
    new PublicError(code, message, { lasting: true, hint, cause }),
    failure,
    'failed',
  );
}

function saysSomething(error: unknown): boolean {
  return typeof error === 'object' && error !== null ? Object.keys(error).length > 0 : Boolean(error);
}

function toFailure(words: string): SuspectTextsError {
  const hint = `It says: "${words}"`;
  return new SuspectTextsError(
    unusable('failed on this text', { lasting: true, hint }),
    unusable('returned an error; try again later', { hint }),
    'failed',
  );
}

/**
 * The item of each text, by its `index`, because the order is not guaranteed. If no item has an index, the position
 * counts. If only one lacks it, its index is 0, which some servers omit as the default.
 */
function inOrder(given: readonly (Item | null)[], count: number): unknown[] {
  const hasIndexes = given.some((item) => isGiven(item?.index));
  // A null has a position but no index.
  const items = hasIndexes ? given.filter((item) => item !== null) : given.map((item) => item ?? {});
  if (!hasIndexes && items.length !== count) {
    throw ambiguous(`gave ${items.length} embeddings for ${count} texts, and no index`);
  }
  const byIndex = new Map(
    items.map(({ index, embedding }, at) => [hasIndexes ? toIndex(index) : at, embedding]),
  );
  if (byIndex.size < items.length) throw ambiguous('gave several embeddings the same index');
  for (const index of byIndex.keys()) {
    if (!(Number.isInteger(index) && index >= 0 && index < count)) {
      throw ambiguous(`gave an embedding the index ${index}, expected 0 to ${count - 1}`);
    }
  }
  return Array.from({ length: count }, (_, at) => byIndex.get(at));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function toIndex(index: unknown): number {
  if (!isGiven(index)) return 0;
  return typeof index === 'number'
    ? index
    : typeof index === 'string' && /^\d+$/.test(index)
      ? Number(index)
      : NaN;
}

function ambiguous(what: string): PublicError {
  return misconfigured('did not say which embedding belongs to which text', `It ${what}`, { lasting: true });
}

function toEmbedding(
  value: unknown,
  dimension: number,
  format: EncodingFormat | undefined,
): Float32Array | PublicError {
  if (!isGiven(value)) return unusable('gave no embedding for this text');
  const numbers = format === 'base64' && typeof value === 'string' ? fromBase64(value) : value;
  if (typeof numbers === 'string')
    return nothing('text in place of numbers (base64?), which was not asked for');
  if (!Array.isArray(numbers) && !(numbers instanceof Float32Array))
    return nothing('something else than a list of numbers');
  if (Array.isArray(numbers[0])) return nothing('a list in a list (nested) in place of a list of numbers');
  if (numbers.length !== dimension) return wrongDimension(numbers.length, dimension);
  const embedding = Float32Array.from(numbers);
  if (!numbers.every(Number.isFinite) || !embedding.every(Number.isFinite)) {
    return nothing('an embedding with numbers that are not finite');
  }
  return embedding.some((number) => number !== 0)
    ? embedding
    : nothing('a vector of zeros, which is near to nothing');
}

/** Float32 in OpenAI's byte order, least significant first. */
function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4));
}

function nothing(what: string): PublicError {
  return misconfigured(`gave ${what}`, 'Check OPENAI_EMBEDDING_MODEL and OPENAI_BASE_URL', { lasting: true });
}

function wrongDimension(given: number, expected: number): PublicError {
  const check = 'Check OPENAI_EMBEDDING_MODEL and EMBEDDING_DIMENSIONS';
  return misconfigured(`returned ${given} dimensions, expected ${expected}`, check, { lasting: true });
}
