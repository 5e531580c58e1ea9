import { setImmediate } from 'node:timers/promises';
import { toVisible } from './write-paper.js';

/** The answer of a tool, in parts between which it can be cut if it is too long. */
export interface AgentReport {
  /** Whether it explains why there is no answer. */
  isFailure?: boolean;
  /** Before the entries. */
  head: string;
  entries: readonly ReportEntry[];
  /** The rest, if the first `shown` entries are included. */
  finish: (shown: number) => ReportEnd;
}

export interface ReportEntry {
  text: string;
  /** The same as data, as in `ReportEnd.content`. */
  value: unknown;
}

export interface ReportEnd {
  /** After the entries: how to continue. */
  foot: string;
  /** All of it as data. */
  content: Record<string, unknown>;
}

/** An answer in the form that agents get. */
export interface ToolAnswer {
  text: string;
  /** Omitted if a single entry is too long to be included twice. */
  content?: Record<string, unknown>;
}

/**
 * Maximum tokens of an answer, text and data together. Hosts give a model either or both, and their tokenizers count
 * up to a tenth more than this one, so this stays below the documented 20,000.
 */
const MAX_ANSWER_TOKENS = 17_000;
/** Reserved for the head, the foot and the data around the entries. */
const FRAME_TOKENS = 2_000;
/** Entries are counted in portions of this length, between which other requests have their turn. */
const CHARACTERS_PER_TURN = 20_000;
/** Every longer text has more tokens than are left, and long texts take long to count. */
const CHARACTERS_PER_TOKEN = 8;

/** The answer with as many entries as fit, and at least the first. */
export async function writeAgentReport({ head, entries, finish }: AgentReport): Promise<ToolAnswer> {
  const count = await loadTokenCounter();
  const most = MAX_ANSWER_TOKENS - FRAME_TOKENS;
  const shown: string[] = [];
  let tokens = 0;
  let characters = 0;
  for (const { text, value } of entries) {
    const data = JSON.stringify(value);
    characters += text.length + data.length;
    if (characters > most * CHARACTERS_PER_TOKEN) break;
    tokens += count(text) + count(data);
    if (tokens > most) break;
    shown.push(text);
    if (characters % CHARACTERS_PER_TURN < text.length + data.length) await setImmediate();
  }
  const [first] = entries;
  if (shown.length === 0 && first) {
    return { text: join(head, [cut(first.text, count, most)], finish(1).foot) };
  }
  const { foot, content } = finish(shown.length);
  return { text: join(head, shown, foot), content: withVisibleTexts(content) };
}

/** Data is sent as JSON, which models read like text. */
function withVisibleTexts(content: Record<string, unknown>): Record<string, unknown> {
  const json = JSON.stringify(content, (_name, value: unknown) =>
    typeof value === 'string' ? toVisible(value) : value,
  );
  return JSON.parse(json) as Record<string, unknown>;
}

function join(head: string, entries: readonly string[], foot: string): string {
  return [head, ...entries, foot].filter(Boolean).join('\n\n');
}

/** The beginning of a text, with at most this many tokens. */
function cut(text: string, count: (text: string) => number, most: number): string {
  let length = most * CHARACTERS_PER_TOKEN;
  while (length > 0 && count(text.slice(0, length)) > most) length = Math.floor(length / 2);
  return `${text.slice(0, length)} [the rest is left out]`;
}

/**
 * Counts tokens in one of OpenAI's vocabularies. Its table takes 100 ms to load, so it is loaded on the first call of
 * a tool.
 */
async function loadTokenCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  // Names of special tokens ("<|endoftext|>") are ordinary text here.
  return (text) => countTokens(text, { disallowedSpecial: new Set() });
}
