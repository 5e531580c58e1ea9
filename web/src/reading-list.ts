import { useSyncExternalStore } from 'react';

const KEY = 'paperql.reading-list';
const listeners = new Set<() => void>();
let kept: readonly string[] = load();

/** Ids of the papers in the reading list, the latest first. Only this browser stores the list. */
export function useReadingList(): readonly string[] {
  return useSyncExternalStore(subscribe, () => kept);
}

/** Adds the papers that the list does not have, before the others. Returns their number. */
export function addToReadingList(ids: readonly string[]): number {
  const added = ids.filter((id) => !kept.includes(id));
  if (added.length > 0) save([...added, ...kept]);
  return added.length;
}

export function removeFromReadingList(id: string): void {
  save(kept.filter((each) => each !== id));
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
