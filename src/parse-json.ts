/** What the text says; undefined for what is no JSON, such as the `NaN` that some servers write. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
