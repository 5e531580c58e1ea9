import { readFileSync } from 'node:fs';

import { packagePath } from '../../src/package-root.js';
import type { PaperPayload } from '../../src/papers/payload.js';
import { toPointId } from '../../src/papers/point-id.js';
import type { Filter } from '../../src/store/filter.js';
import type { PaperPoint } from '../../src/store/store.js';

/** A filter and the points that a Qdrant 1.18 server with payload indexes selected with it. */
export interface ConformanceCase {
  name: string;
  filter: Filter;
  /** arXiv ids, sorted. */
  selected: string[];
}

interface Recording {
  points: ({ id: number } & Record<string, unknown>)[];
  cases: { name: string; filter: Filter; indexed: number[] }[];
}

const recording = readRecording();

export const CONFORMANCE_POINTS: readonly PaperPoint[] = recording.points.map(({ id, ...fields }) => {
  const arxivId = toArxivId(id);
  return {
    id: toPointId(arxivId),
    vector: [id, 1, 0, 0],
    // Intentionally incomplete: the cases test fields that are missing, null or of another type.
    payload: { ...fields, id: arxivId } as unknown as PaperPayload,
  };
});

export const CONFORMANCE_CASES: readonly ConformanceCase[] = recording.cases.map((recorded) => ({
  name: recorded.name,
  filter: recorded.filter,
  selected: recorded.indexed.map(toArxivId).sort(),
}));

/** The recorded answers, with this layout's point ids, and its name for a field that was recorded under another name. */
function readRecording(): Recording {
  const text = readFileSync(packagePath('test', 'fixtures', 'conformance.json'), 'utf8');
  // The fixture belongs to this repository and does not change, so its shape is not validated.
  return JSON.parse(text.replaceAll('"journal_ref"', '"journal-ref"'), (key, value: unknown) =>
    key === 'has_id' && Array.isArray(value) ? value.map((id) => toPointId(toArxivId(Number(id)))) : value,
  ) as Recording;
}

function toArxivId(recordedId: number): string {
  return `conformance/${recordedId}`;
}
