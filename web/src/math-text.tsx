import { memo, useLayoutEffect, useRef } from 'react';
import { splitMarks, splitMath, type Mark } from './split-math.js';

const NO_MARKS: readonly Mark[] = [];

/** Text with typeset LaTeX and marked words. Nothing in it is interpreted as HTML. */
export const MathText = memo(function MathText({
  text,
  marks = NO_MARKS,
}: {
  text: string;
  marks?: readonly Mark[];
}) {
  return splitMath(text).map((piece) =>
    piece.kind === 'math' ? (
      <Formula key={piece.start} latex={piece.value} />
    ) : (
      splitMarks(piece, marks).map((part, at) =>
        part.isMarked ? (
          <mark key={`${piece.start}.${at}`}>{part.text}</mark>
        ) : (
          <span key={`${piece.start}.${at}`}>{part.text}</span>
        ),
      )
    ),
  );
});

type Typesetter = typeof import('temml').default;
let typesetter: Typesetter | undefined;
let loading: Promise<Typesetter> | undefined;

function loadTypesetter(): Promise<Typesetter> {
  loading ??= import('temml').then((module) => (typesetter = module.default));
  return loading;
}

/** Shows the LaTeX source until the typesetter is loaded, or if it cannot read it. */
function Formula({ latex }: { latex: string }) {
  const element = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    if (typesetter) {
      typeset(typesetter, latex, target);
      return undefined;
    }
    target.textContent = latex;
    let isWanted = true;
    loadTypesetter().then(
      (loaded) => {
        if (isWanted) typeset(loaded, latex, target);
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [latex]);
  return <span className="formula" ref={element} />;
}

function typeset(temml: Typesetter, latex: string, target: HTMLElement): void {
  try {
    // Builds elements, because an HTML string would need inline styles, which the Content-Security-Policy blocks.
    temml.render(latex, target, { throwOnError: true, trust: false, maxExpand: 100, maxSize: [10, 10] });
  } catch {
    target.textContent = latex;
  }
}
