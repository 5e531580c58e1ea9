/** A piece of a title or abstract. */
export interface TextPiece {
  kind: 'text' | 'math';
  /** Plain text, or LaTeX without its delimiters. */
  value: string;
  /** Offset of the piece in the whole text, including delimiters. */
  start: number;
}

/** `$$…$$`, `\(…\)`, `\[…\]`, and `$…$` with Pandoc's rules: no space inside the dollars, and no digit after the last. */
const MATH =
  /\$\$([^$]+)\$\$|\\\((.+?)\\\)|\\\[(.+?)\\\]|(?<![\\$])\$(?![\s$])((?:\\.|[^$\\])*?(?:\\.|[^$\\\s]))\$(?!\d)/gs;

/** Separates text and mathematics; a single dollar is text. */
export function splitMath(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(MATH)) {
    if (match.index > from) pieces.push({ kind: 'text', value: text.slice(from, match.index), start: from });
    const value = match.slice(1).find(Boolean) ?? '';
    pieces.push({ kind: 'math', value, start: match.index });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ kind: 'text', value: text.slice(from), start: from });
  return pieces;
}

/** Offsets of the first marked character and of the character after the last. */
export type Mark = readonly [start: number, end: number];

/** Splits a piece of text where marks begin and end. */
export function splitMarks(
  { value, start }: TextPiece,
  marks: readonly Mark[],
): { text: string; isMarked: boolean }[] {
  const parts: { text: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    const begin = Math.max(from - start, at);
    const end = Math.min(to - start, value.length);
    if (begin >= end) continue;
    if (begin > at) parts.push({ text: value.slice(at, begin), isMarked: false });
    parts.push({ text: value.slice(begin, end), isMarked: true });
    at = end;
  }
  if (at < value.length) parts.push({ text: value.slice(at), isMarked: false });
  return parts;
}
