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
