import { useLayoutEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';

/** What an entry of the browser's history remembers about its view, so that going back and reloading restore it. */
interface EntryState {
  scrollY?: number;
  /** Id of the element that had the focus. */
  focusId?: string;
  /** Position of this element on the screen. */
  focusTop?: number;
  /** Number of loaded pages of a list. */
  pages?: number;
}

const SAVE_AFTER_MS = 120;
const GIVE_UP_AFTER_MS = 5_000;
/** Parts of a list get their heights as they come into view, which moves elements that were already in place. */
const SETTLED_AFTER_MS = 500;

/** Returns what the current entry remembers. */
export function entryState(): EntryState {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null ? state : {};
}

/** Adds to what the current entry remembers. */
export function remember(state: EntryState): void {
  history.replaceState({ ...entryState(), ...state }, '');
}

/**
 * For a new view, scrolls to the top and focuses the heading. For an earlier view, restores the scroll position and the focus. If
 * only parameters change, the focus stays where the person is working.
 */
export function useEntryMemory(): void {
  const [pathname] = useLocation();
  const search = useSearch();
  const isTraversal = useRef(true);
  const lastPathname = useRef<string | null>(null);

  useLayoutEffect(() => {
    history.scrollRestoration = 'manual';
    let timer = 0;
    const save = () => {
      const focused = document.activeElement;
      const focusTop = focused?.getBoundingClientRect().top ?? 0;
      remember({ scrollY: window.scrollY, focusId: focused?.id ?? '', focusTop });
    };
    const saveSoon = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, SAVE_AFTER_MS);
    };
    const onTraversal = () => {
      window.clearTimeout(timer);
      isTraversal.current = true;
    };
    window.addEventListener('scroll', saveSoon, { passive: true });
    window.addEventListener('popstate', onTraversal);
    // Saves before a link or a form leaves the view.
    document.addEventListener('click', save, { capture: true });
    document.addEventListener('submit', save, { capture: true });
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('scroll', saveSoon);
      window.removeEventListener('popstate', onTraversal);
      document.removeEventListener('click', save, { capture: true });
      document.removeEventListener('submit', save, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    const isFirst = lastPathname.current === null;
    const isNewView = !isFirst && lastPathname.current !== pathname;
    lastPathname.current = pathname;
    if (isTraversal.current) {
      isTraversal.current = false;
      // Read now, because scrolling changes what the entry remembers.
      const state = entryState();
      return whenReady(() => returnTo(state, { withFocus: !isFirst }), state.focusId ? SETTLED_AFTER_MS : 0);
    }
    window.scrollTo(0, 0);
    if (!isNewView) return undefined;
    return whenReady(() => {
      const heading = document.querySelector<HTMLElement>('main h1');
      heading?.focus({ preventScroll: true });
      return heading !== null;
    });
  }, [pathname, search]);
}

/** @returns whether the view is already tall enough. */
function returnTo(
  { scrollY = 0, focusId, focusTop = 0 }: EntryState,
  { withFocus }: { withFocus: boolean },
): boolean {
  const element = focusId ? document.getElementById(focusId) : null;
  if (focusId && element === null) {
    // The list loads more as its end comes near.
    window.scrollTo(0, scrollY);
    return false;
  }
  if (element === null) {
    window.scrollTo(0, scrollY);
    return scrollY === 0 || Math.abs(window.scrollY - scrollY) < 2;
  }
  if (withFocus) element.focus({ preventScroll: true });
  // Relative to the element, because the heights of elements above it are estimates until they are shown.
  window.scrollBy(0, element.getBoundingClientRect().top - focusTop);
  return Math.abs(element.getBoundingClientRect().top - focusTop) < 2;
}

/**
 * Tries immediately and whenever the page's height changes, until it succeeds or the person acts. For `settledAfterMs` after a
 * success, it keeps trying.
 */
function whenReady(attempt: () => boolean, settledAfterMs = 0): (() => void) | undefined {
  if (attempt() && settledAfterMs === 0) return undefined;
  const observer = new ResizeObserver(() => {
    if (!attempt()) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(stop, settledAfterMs);
  });
  let timer = window.setTimeout(stop, GIVE_UP_AFTER_MS);
  const gestures = ['wheel', 'touchstart', 'keydown', 'pointerdown'];
  function stop() {
    observer.disconnect();
    window.clearTimeout(timer);
    gestures.forEach((gesture) => window.removeEventListener(gesture, stop));
  }
  gestures.forEach((gesture) => window.addEventListener(gesture, stop, { passive: true }));
  observer.observe(document.body);
  return stop;
}
