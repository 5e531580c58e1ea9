import { setImmediate } from 'node:timers/promises';
import { toVisible } from './describe-paper.js';

/** What a tool answers, in parts between which it can be cut when it is too long. */
export interface AgentReport {
  /** Whether it says why there is no answer. */
  isFailure?: boolean;
  /** Before the entries. */
  head: string;
  entries: readonly ReportEntry[];
  /** The rest, when the first `shown` entries are told. */
  finish: (shown: number) => ReportEnd;
}

export interface ReportEntry {
  text: string;
  /** The same as data, as it stands in `ReportEnd.content`. */
  value: unknown;
}

export interface ReportEnd {
  /** After the entries: how to go on. */
  foot: string;
  /** All of it as data. */
  content: Record<string, unknown>;
}

/** An answer as agents get it. */
export interface ToolAnswer {
  text: string;
  /** Left out when a single entry is too long to be told twice. */
  content?: Record<string, unknown>;
}

/**
 * Most tokens of an answer, text and data together. Hosts give a model the one, the other or both, and their tokenizers
 * count up to a tenth more than this one, so it stays below the 20,000 that answers are promised to have.
 */
const MAX_ANSWER_TOKENS = 17_000;
/** What is kept for the head, the foot and what surrounds the entries as data. */
const FRAME_TOKENS = 2_000;
/** Entries are counted in turns of this length, between which other requests get theirs. */
const CHARACTERS_PER_TURN = 20_000;
/** No text of that length has fewer tokens than are left, and long ones take long to count. */
const CHARACTERS_PER_TOKEN = 8;

/** The answer with as many entries as an answer may have, and at least the first. */
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

/** Data goes over the wire as JSON, and models read it as they read text. */
function withVisibleTexts(content: Record<string, unknown>): Record<string, unknown> {
  const json = JSON.stringify(content, (_name, value: unknown) =>
    typeof value === 'string' ? toVisible(value) : value,
  );
  return JSON.parse(json) as Record<string, unknown>;
}

function join(head: string, entries: readonly string[], foot: string): string {
  return [head, ...entries, foot].filter(Boolean).join('\n\n');
}

/** The beginning of a text that has at most that many tokens. */
function cut(text: string, count: (text: string) => number, most: number): string {
  let length = most * CHARACTERS_PER_TOKEN;
  while (length > 0 && count(text.slice(0, length)) > most) length = Math.floor(length / 2);
  return `${text.slice(0, length)} [the rest is left out]`;
}

/** Tokens of a text in a vocabulary of OpenAI's. Its table takes 100 ms to load, so it waits for the first call of a tool. */
async function loadTokenCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  // Names of special tokens ("<|endoftext|>") are text like any other here.
  return (text) => countTokens(text, { disallowedSpecial: new Set() });
}
