import { channel } from 'node:diagnostics_channel';

/**
 * Channel on which adapters publish the headers of a request before they send it, in the context of the work that
 * needs it. Tracing can add its headers there, although the adapters do not know it.
 */
export const OUTGOING_HEADERS = 'paperql:outgoing-headers';

const shown = channel(OUTGOING_HEADERS);

/** The headers, including those that subscribers add. */
export function completeHeaders(headers: Record<string, string>): Record<string, string> {
  if (shown.hasSubscribers) shown.publish(headers);
  return headers;
}

export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/**
 * Reads an answer as text, up to a maximum, so that no service fills the memory.
 *
 * @param maxBytes counted after decompression.
 * @throws AnswerTooLargeError for a longer answer, whose connection is closed.
 */
export async function readAnswer({ body }: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // The type of `fetch` does not specify its chunks.
  const pieces: AsyncIterable<Uint8Array> | null = body;
  // Leaving the loop early cancels the stream, which closes the connection.
  for await (const chunk of pieces ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AnswerTooLargeError(`The answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
