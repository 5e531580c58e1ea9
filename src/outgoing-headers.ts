import { channel } from 'node:diagnostics_channel';

/**
 * Where the adapters show the headers of a request before they send it, within the work that it is for: who traces that work
 * may add what carries the trace on, without being known to the adapters.
 */
export const OUTGOING_HEADERS = 'paperql:outgoing-headers';

const shown = channel(OUTGOING_HEADERS);

/** The headers, with what others add to them. */
export function completeHeaders(headers: Record<string, string>): Record<string, string> {
  if (shown.hasSubscribers) shown.publish(headers);
  return headers;
}
