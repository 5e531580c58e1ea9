import { useSyncExternalStore } from 'react';

const KEY = 'paperql.reading-list';
const ARXIV_ID = /(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})/g;
const listeners = new Set<() => void>();
let kept: readonly string[] = load();

/** Ids of the papers in the reading list, the latest first. Only this browser stores the list. */
export function useReadingList(): readonly string[] {
  return useSyncExternalStore(subscribe, () => kept);
}

export function addToReadingList(ids: readonly string[]): void {
  save([...new Set([...ids, ...kept])]);
}

export function removeFromReadingList(id: string): void {
  save(kept.filter((each) => each !== id));
}

/** The arXiv ids in a .bib, .ris or .json file, each once, in the file's order. */
export function findArxivIds(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(ARXIV_ID), ([id]) => id))];
}

function save(ids: readonly string[]): void {
  kept = ids;
  try {
    localStorage.setItem(KEY, JSON.stringify(ids));
  } catch {
    // Without storage, the list lasts until the page is closed.
  }
  listeners.forEach((listener) => listener());
}

function load(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

/** Another tab may change the list. */
function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== KEY) return;
    kept = load();
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', onStorage);
  };
}
