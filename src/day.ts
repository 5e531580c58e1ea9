/** The form of a day, `YYYY-MM-DD`. Days of this form sort as text. */
export const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day that exists. */
export function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && utcDay(time) === text;
}

/** The day of an instant, in UTC. */
export function utcDay(instant: number | string): string {
  return new Date(instant).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
