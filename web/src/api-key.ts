const STORED_AS = 'paperql.api-key';

let kept = load();

/** The key that requests are sent with, which this tab keeps until it is closed; undefined where none was entered. */
export function apiKey(): string | undefined {
  return kept;
}

export function keepApiKey(key: string): void {
  kept = key;
  try {
    sessionStorage.setItem(STORED_AS, key);
  } catch {
    // A browser that keeps nothing has the key until the page is left.
  }
}

function load(): string | undefined {
  try {
    return sessionStorage.getItem(STORED_AS) ?? undefined;
  } catch {
    return undefined;
  }
}
