/** A bound of a time range as the client gave it: an instant, or a whole UTC day. */
export interface DateBound {
  /** The instant; of a day its first, midnight UTC. */
  at: Date;
  wholeDay: boolean;
}

/** The first instant after the bound's day. */
export function dayAfter(bound: DateBound): Date {
  return new Date(bound.at.getTime() + 24 * 60 * 60 * 1000);
}
