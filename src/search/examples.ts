import { notAnArxivId } from './to-qdrant-filter.js';
import { BadUserInputError } from '../errors/errors.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import { toPointId } from '../papers/point-id.js';

/** Papers to go towards and away from, with their vectors. */
export interface Examples {
  /** Point ids of both. */
  ids: string[];
  like: Float32Array[];
  unlike: Float32Array[];
}

export interface ExampleArguments {
  like: readonly string[];
  unlike: readonly string[];
}

const MAX_EXAMPLES = 20;

interface Example {
  arxivId: string;
  id: string;
  path: [string, number];
}

/**
 * Reads the examples; a paper that is named twice in a list counts once.
 *
 * @param vectors of stored points.
 * @throws BadUserInputError, with the argument's path, for no or too many papers to like, what is no identifier, a paper
 * both liked and unliked, and papers that the corpus does not hold.
 */
export async function readExamples(
  vectors: (ids: readonly string[]) => Promise<ReadonlyMap<string, Float32Array>>,
  args: ExampleArguments,
): Promise<Examples> {
  const like = readIds(args.like, 'like');
  const unlike = readIds(args.unlike, 'unlike');
  if (like.size === 0) {
    throw new BadUserInputError('"like" must name at least one paper to recommend from', ['like']);
  }
  for (const { id, arxivId, path } of unlike.values()) {
    if (!like.has(id)) continue;
    throw new BadUserInputError(
      `${arxivId} is in both "like" and "unlike"; remove it from one of them`,
      path,
    );
  }
  const examples = [...like.values(), ...unlike.values()];
  const found = await vectors(examples.map(({ id }) => id));
  requireAll(examples, found);
  const vectorsOf = (ids: Iterable<string>) => Array.from(ids).flatMap((id) => found.get(id) ?? []);
  return {
    ids: examples.map(({ id }) => id),
    like: vectorsOf(like.keys()),
    unlike: vectorsOf(unlike.keys()),
  };
}

function readIds(texts: readonly string[], argument: string): Map<string, Example> {
  if (texts.length > MAX_EXAMPLES) {
    throw new BadUserInputError(
      `"${argument}" may have at most ${MAX_EXAMPLES} entries, not ${texts.length}`,
      [argument],
    );
  }
  const examples = new Map<string, Example>();
  texts.forEach((text, at) => {
    const arxivId = parseArxivId(text);
    if (arxivId === null) throw notAnArxivId(text, [argument, at]);
    const id = toPointId(arxivId);
    if (!examples.has(id)) examples.set(id, { arxivId, id, path: [argument, at] });
  });
  return examples;
}

function requireAll(examples: readonly Example[], found: ReadonlyMap<string, unknown>): void {
  const missing = examples.filter(({ id }) => !found.has(id));
  const [first] = missing;
  if (!first) return;
  const names = missing.map(({ arxivId }) => arxivId).join(', ');
  throw new BadUserInputError(`The corpus does not have ${names}`, first.path);
}
