import { useEffect } from 'react';

/** Names the view in the browser's tab and history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'PaperQL' : `${title} · PaperQL`;
  }, [title]);
}
