/** A bound of a time range as the client gave it: an instant, or a whole UTC day. */
export interface DateBound {
  /** The instant; of a day its first, midnight UTC. */
  at: Date;
  wholeDay: boolean;
}

/** What RFC 3339 can write: four digits of a year. */
const EARLIEST = Date.parse('0000-01-01T00:00:00.000Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** The first instant after the bound's day. */
export function dayAfter(bound: DateBound): Date {
  return new Date(bound.at.getTime() + 24 * 60 * 60 * 1000);
}

/** The instant in UTC as stores read it. What a time zone or a day's end moves out of the years 0 to 9999 stays at their edge. */
export function toRfc3339(instant: Date): string {
  return new Date(Math.min(Math.max(instant.getTime(), EARLIEST), LATEST)).toISOString();
}
