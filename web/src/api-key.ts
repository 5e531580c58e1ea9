const STORED_AS = 'paperql.api-key';

let kept = load();

/** The API key that requests send, which is kept until this tab is closed; undefined if none was entered. */
export function apiKey(): string | undefined {
  return kept;
}

export function keepApiKey(key: string): void {
  kept = key;
  try {
    sessionStorage.setItem(STORED_AS, key);
  } catch {
    // Without storage, the key lasts until the person leaves the page.
  }
}

function load(): string | undefined {
  try {
    return sessionStorage.getItem(STORED_AS) ?? undefined;
  } catch {
    return undefined;
  }
}
