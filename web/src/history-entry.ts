import { useLayoutEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';

/** What an entry of the browser's history remembers of its view, so that going back and reloading return to it. */
interface EntryState {
  scrollY?: number;
  /** Id of the element that had the focus. */
  focusId?: string;
  /** Where on the screen that was. */
  focusTop?: number;
  /** Pages of a list that were loaded. */
  pages?: number;
}

const SAVE_AFTER_MS = 120;
const GIVE_UP_AFTER_MS = 5_000;
/** Parts of a list get their heights as they come into view, which moves what was in its place already. */
const SETTLED_AFTER_MS = 500;

/** What the current entry remembers. */
export function entryState(): EntryState {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null ? state : {};
}

/** Adds to what the current entry remembers. */
export function remember(state: EntryState): void {
  history.replaceState({ ...entryState(), ...state }, '');
}

/**
 * Scrolls to the top and focuses the heading of a new view; returns to the place and the focus of one that was left. A change
 * of parameters alone keeps the focus, where the person is at work.
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
    // Before a link or a form leads away.
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
      // As it was: scrolling changes what the entry remembers.
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

/** @returns whether the view is tall enough already. */
function returnTo(
  { scrollY = 0, focusId, focusTop = 0 }: EntryState,
  { withFocus }: { withFocus: boolean },
): boolean {
  const element = focusId ? document.getElementById(focusId) : null;
  if (focusId && element === null) {
    // More of the list is shown as its end comes near.
    window.scrollTo(0, scrollY);
    return false;
  }
  if (element === null) {
    window.scrollTo(0, scrollY);
    return scrollY === 0 || Math.abs(window.scrollY - scrollY) < 2;
  }
  if (withFocus) element.focus({ preventScroll: true });
  // By the element: the heights of those above it are estimates until they are shown.
  window.scrollBy(0, element.getBoundingClientRect().top - focusTop);
  return Math.abs(element.getBoundingClientRect().top - focusTop) < 2;
}

/**
 * Tries at once and whenever the page changes its height, until the person acts or it has succeeded; for `settledAfterMs` it tries
 * again after a success, too.
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
