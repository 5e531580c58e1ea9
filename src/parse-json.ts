/** The parsed text; undefined if it is not JSON, such as the `NaN` that some servers write. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
