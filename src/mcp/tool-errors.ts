import type { GraphQLFormattedError } from 'graphql';
import { z } from 'zod';
import { lines, list } from './write-paper.js';
import type { ToolArguments } from './reports.js';
import type { Tool } from './tools.js';

/** Maximum errors that are listed one by one. */
export const MAX_TOLD = 20;

const Extensions = z.object({
  code: z.string().optional(),
  argumentPath: z.array(z.union([z.string(), z.number()])).optional(),
  isRetryable: z.boolean().optional(),
  retryAfterMs: z.number().optional(),
});

/** Describes errors, each with the argument of the tool that caused it, if any. */
export function writeErrors(
  tool: Tool,
  given: ToolArguments,
  errors: readonly GraphQLFormattedError[],
): string {
  const more = errors.length - MAX_TOLD;
  return lines([
    ...errors.slice(0, MAX_TOLD).map((error) => writeError(tool, given, error)),
    more > 0 && `and ${more === 1 ? '1 more error' : `${more} more errors`}`,
  ]);
}

function writeError(tool: Tool, given: ToolArguments, error: GraphQLFormattedError): string {
  const { message, path } = error;
  const { code, argumentPath, isRetryable, retryAfterMs } = Extensions.parse(error.extensions ?? {});
  if (code === 'OPERATION_TOO_EXPENSIVE') return lines([message, writeSizes(given)]);
  const argument = argumentPath && findArgument(tool, path ?? [], argumentPath);
  const told = argument === undefined || names(message, argument) ? message : `${argument}: ${message}`;
  if (!isRetryable) return told;
  const wait = retryAfterMs === undefined ? 'later' : `in ${Math.ceil(retryAfterMs / 1_000)} s`;
  return `${told}. It may succeed when it is called again ${wait}.`;
}

/** The arguments that determine the size of an answer. */
function writeSizes(given: ToolArguments): string {
  const sizes = Object.entries(given).flatMap(([name, value]) => {
    if (typeof value === 'number') return `${name} = ${value}`;
    return Array.isArray(value)
      ? `${name}, which has ${value.length === 1 ? '1 entry' : `${value.length} entries`}`
      : [];
  });
  return sizes.length > 0 ? `Reduce the values that request this much: ${list(sizes)}` : '';
}

/** The argument to which a path in the document leads, with the path inside it: `ids[3]`. */
function findArgument(
  { places }: Tool,
  errorPath: readonly (string | number)[],
  argumentPath: readonly (string | number)[],
): string | undefined {
  const field = errorPath.filter((part) => typeof part === 'string').join('.');
  const fitting = places.filter(({ path }) => path.every((part, at) => part === argumentPath[at]));
  // Errors before execution have no path in the answer; they are found at the first place.
  const place = fitting.find((each) => each.field.join('.') === field) ?? fitting[0];
  if (!place) return undefined;
  const inside = argumentPath.slice(place.path.length);
  return (
    place.argument + inside.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  );
}

/** Whether a message itself names the argument. */
function names(message: string, argument: string): boolean {
  return [`"${argument}"`, `"$${argument}"`].some((name) => message.includes(name));
}
