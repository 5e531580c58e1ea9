import { z } from 'zod';
import type { HttpAnswer } from './send.js';

const GraphQLErrors = z
  .array(
    z.strictObject({
      message: z.string().min(1),
      locations: z.array(z.strictObject({ line: z.number(), column: z.number() })).optional(),
      path: z.array(z.union([z.string(), z.number()])).optional(),
      extensions: z.looseObject({ code: z.string() }),
    }),
  )
  .min(1);

/** https://spec.graphql.org/October2021/#sec-Response-Format: data, errors or both. */
const GraphQLAnswer = z.union([
  z.strictObject({ data: z.record(z.string(), z.unknown()) }),
  z.strictObject({ data: z.record(z.string(), z.unknown()).nullish(), errors: GraphQLErrors }),
]);

/** Internal details that no client may see: stack frames, files and folders. */
const INSIDES =
  /\bat \S+ \(|\.(?:ts|js|mjs|cjs):\d+|node_modules|file:\/\/|(?:^|[\s"'(])\/(?:root|home|usr|opt|app|tmp|var|work|private)\//;

/** The default of MAX_ANSWER_BYTES, plus room for the end of a stopped answer. */
const MOST_BYTES = 8_000_000 + 100_000;

/** What is wrong with an answer; undefined if nothing is. */
export function judge(
  { status, headers, body }: HttpAnswer,
  ownPaths: readonly string[],
): string | undefined {
  if (status >= 500 && status !== 503) return `status ${status}`;
  if (status === 503 && headers['retry-after'] === undefined) return 'status 503 without Retry-After';
  if (body.length > MOST_BYTES) return `an answer of ${body.length} bytes`;
  if (body.length === 0)
    return status === 204 || status === 304 ? undefined : `an empty answer, status ${status}`;
  const answer = parse(body);
  if (!answer)
    return `an answer that is no JSON in UTF-8, status ${status}: ${body.toString().slice(0, 300)}`;
  const checked = GraphQLAnswer.safeParse(answer.value);
  if (!checked.success)
    return `an answer that is not of GraphQL's shape, status ${status}: ${body.toString().slice(0, 300)}`;
  const { errors = [] } = 'errors' in checked.data ? checked.data : {};
  if (errors.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR'))
    return 'an unexpected error';
  const words = JSON.stringify(errors);
  const inside = INSIDES.exec(words)?.[0] ?? ownPaths.find((path) => words.includes(path));
  return inside === undefined ? undefined : `an error that shows "${inside}"`;
}

/** Whether a limit rejected the operation, so a smaller one would be answered. */
export function isOverLimit({ body }: HttpAnswer): boolean {
  return (
    body.length < 100_000 && /at most|too (?:large|long|many)|more tha[tn] \d+ tokens/.test(body.toString())
  );
}

/** Whether the operation was executed at least partly. */
export function isServed({ body }: HttpAnswer): boolean {
  const [head, tail] = [body.subarray(0, 9).toString(), body.subarray(-200_000).toString()];
  return head === '{"data":{' || tail.includes(',"data":{');
}

function parse(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return undefined;
  }
}
