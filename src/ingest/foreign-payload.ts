import { toKaggleRecord } from './kaggle-record.js';
import { toPayload } from './normalise.js';
import type { PaperPayload } from '../papers/payload.js';

/**
 * What others stored of a paper, such as the Python course the record as the dump has it, as loading would have stored it;
 * null for what is no arXiv paper.
 */
export function fromForeignPayload(stored: Readonly<Record<string, unknown>>): PaperPayload | null {
  // Lists where the dump has strings: a collection that was begun in our layout.
  const record = toKaggleRecord({
    ...stored,
    authors: joined(stored['authors'], ', '),
    categories: joined(stored['categories'], ' '),
  });
  return 'reason' in record ? null : toPayload(record);
}

function joined(value: unknown, separator: string): unknown {
  return Array.isArray(value) ? value.join(separator) : value;
}
