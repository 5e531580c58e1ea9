import { useEffect } from 'react';

/** Sets the view's title in the browser's tab and history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'PaperQL' : `${title} · PaperQL`;
  }, [title]);
}
