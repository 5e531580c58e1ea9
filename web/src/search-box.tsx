import { useQuery } from '@tanstack/react-query';
import { useCombobox } from 'downshift';
import { useEffect, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { SuggestCompletionsDocument, type SuggestCompletionsQuery } from '@paperql/client';
import { request } from './api.js';
import { toCompletion } from './complete-query.js';
import { authorPath, categoryPath, paperPath } from './links.js';
import { MathText } from './math-text.js';
import { readPicks, withPicks } from './picks.js';
import { NO_SEARCH, readSearch, writeSearch } from './search-url.js';

type Suggestion = NonNullable<SuggestCompletionsQuery['suggest']>[number];

/** A pause in typing that requests suggestions. */
const PAUSE_MS = 180;
const KIND_NAMES = { AUTHOR: 'Author', CATEGORY: 'Category', TITLE: 'Paper' } as const;
const NONE: readonly Suggestion[] = [];

/** The page's search box: it searches on Enter, and completes the text. */
export function SearchBox() {
  const [pathname, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const current = readSearch(parameters);
  const shown = pathname === '/' ? current.query : '';
  const [text, setText] = useState(shown);
  const [isTyping, setTyping] = useState(false);
  // Navigating to another view, or back, shows that view's query in the box.
  const place = `${pathname} ${shown}`;
  const [lastPlace, setLastPlace] = useState(place);
  if (place !== lastPlace) {
    setLastPlace(place);
    setText(shown);
    setTyping(false);
  }

  const { suggestions, start } = useSuggestions(isTyping ? text : '');
  const go = (path: string) => {
    setTyping(false);
    navigate(withPicks(path, readPicks(parameters)));
  };
  const searchFor = (query: string) => {
    const search = { ...(pathname === '/' ? current : NO_SEARCH), query };
    go(`/?${writeSearch(search)}`);
  };
  const choose = (suggestion: Suggestion) => {
    if (start > 0) {
      const value = suggestion.category?.code ?? suggestion.text;
      const query = `${text.slice(0, start)}${value}`;
      setText(query);
      searchFor(query);
    } else if (suggestion.paper) go(paperPath(suggestion.paper.id));
    else if (suggestion.category) go(categoryPath(suggestion.category.code));
    else go(authorPath(suggestion.text));
  };

  const combobox = useCombobox<Suggestion>({
    items: [...suggestions],
    inputValue: text,
    selectedItem: null,
    itemToString: (item) => item?.text ?? '',
    itemToKey: (item) => (item ? `${item.kind} ${item.paper?.id ?? item.text}` : ''),
    stateReducer: (state, { type, changes }) => {
      const { InputBlur } = useCombobox.stateChangeTypes;
      // Leaving the box does not choose a suggestion.
      return type === InputBlur ? { ...changes, selectedItem: null, inputValue: state.inputValue } : changes;
    },
    onStateChange: ({ type, selectedItem }) => {
      const { InputKeyDownEnter, ItemClick } = useCombobox.stateChangeTypes;
      if ((type === InputKeyDownEnter || type === ItemClick) && selectedItem) choose(selectedItem);
    },
  });
  const isShown = combobox.isOpen && isTyping && suggestions.length > 0;

  return (
    <search>
      <form
        className="search-box"
        onSubmit={(event) => {
          event.preventDefault();
          combobox.closeMenu();
          searchFor(text.trim());
        }}
      >
        <label className="visually-hidden" {...combobox.getLabelProps()}>
          Search papers
        </label>
        <input
          {...combobox.getInputProps({
            // Updates the text immediately, so that the caret does not move.
            onChange: (event) => {
              setText(event.currentTarget.value);
              setTyping(true);
            },
            // Enter searches if no suggestion is highlighted; downshift would not let the key reach the form.
            onKeyDown: ({ key, nativeEvent }) => {
              if (key !== 'Enter' || combobox.highlightedIndex >= 0) return;
              Object.assign(nativeEvent, { preventDownshiftDefault: true });
            },
          })}
          aria-expanded={isShown}
          type="search"
          enterKeyHint="search"
          placeholder="Point clouds by Tian-Xing Xu since 2024"
          autoComplete="off"
          spellCheck={false}
          maxLength={10_000}
        />
        <button type="submit" className="button primary">
          Search
        </button>
        <ul {...combobox.getMenuProps({ className: isShown ? 'suggestions' : 'suggestions empty' })}>
          {isShown &&
            suggestions.map((item, index) => (
              <li
                key={`${item.kind} ${item.paper?.id ?? item.text}`}
                {...combobox.getItemProps({
                  item,
                  index,
                  className: index === combobox.highlightedIndex ? 'suggestion active' : 'suggestion',
                })}
              >
                <span className="suggestion-text">
                  <MathText text={item.text} />
                </span>
                <span className="suggestion-kind">
                  {KIND_NAMES[item.kind]}
                  {item.paperCount != null &&
                    ` · ${item.paperCount} ${item.paperCount === 1 ? 'paper' : 'papers'}`}
                </span>
              </li>
            ))}
        </ul>
      </form>
    </search>
  );
}

/** Sends one request per pause. An answer belongs to its text, so a late one replaces nothing. */
function useSuggestions(text: string): { suggestions: readonly Suggestion[]; start: number } {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), text === '' ? 0 : PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  const completion = toCompletion(settled);
  const variables = { prefix: completion?.prefix ?? '', kinds: completion?.kinds ?? [], first: 4 };
  const { data } = useQuery({
    queryKey: ['suggest', variables],
    queryFn: ({ signal }) => request(SuggestCompletionsDocument, variables, { signal }),
    enabled: completion !== null && settled === text,
    retry: false,
  });
  const isCurrent = completion !== null && text !== '' && settled === text;
  return { suggestions: isCurrent ? (data?.suggest ?? NONE) : NONE, start: completion?.start ?? 0 };
}
