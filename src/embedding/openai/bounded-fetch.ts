import { z } from 'zod';
import { completeHeaders, readAnswer } from '../../outgoing-requests.js';

/** Maximum length of a quoted error message, which may be a whole page. */
const MAX_WORDS_LENGTH = 500;

/**
 * A `fetch` that reads an answer up to a bound and then closes the connection, so that no service fills the memory.
 * Bytes are counted after decompression. The body of an error is given in OpenAI's shape, whatever the service's own
 * is: the client knows no other, and would lose its words.
 *
 * It throws `AnswerTooLargeError`, besides what `fetch` throws.
 */
export function createBoundedFetch(maxBytes: number): typeof fetch {
  return async (input, init) => {
    const sent = completeHeaders(Object.fromEntries(new Headers(init?.headers)));
    const answer = await fetch(input, { ...init, headers: sent });
    const { ok, status, headers } = answer;
    const text = await readAnswer(answer, maxBytes);
    const content = ok ? text : JSON.stringify({ error: toOpenAiError(text) });
    return new Response(content === '' ? null : content, { status, headers });
  };
}

const OpenAiError = z.object({
  error: z.object({
    param: z.string().nullish().catch(null),
    code: z.string().nullish().catch(null),
    type: z.string().nullish().catch(null),
  }),
});

function toOpenAiError(text: string): z.infer<typeof OpenAiError>['error'] & { message: string } {
  const body = parseJson(text);
  const message = errorInWords(body).replace(/\s+/gu, ' ').trim();
  const { param = null, code = null, type = null } = OpenAiError.safeParse(body).data?.error ?? {};
  return { message: message.slice(0, MAX_WORDS_LENGTH) || 'nothing', param, code, type };
}

/** Where services put their words: OpenAI in `error.message`, TEI in `message`, FastAPI in `detail`, a list in `errors`. */
const Worded = z.object({
  error: z.unknown().optional(),
  errors: z.unknown().optional(),
  detail: z.unknown().optional(),
  message: z.unknown().optional(),
  msg: z.unknown().optional(),
  loc: z.array(z.unknown()).catch([]),
});

/** The words of an error, whatever its shape is. */
export function errorInWords(body: unknown): string {
  if (typeof body === 'string') return body;
  if (Array.isArray(body)) return body.map(errorInWords).join('; ');
  const { error, errors, detail, message, msg, loc } = Worded.safeParse(body).data ?? { loc: [] };
  const words = error ?? errors ?? detail ?? message ?? msg;
  if (words === undefined || words === null) return JSON.stringify(body);
  return loc.length > 0 ? `${loc.join('.')}: ${errorInWords(words)}` : errorInWords(words);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
