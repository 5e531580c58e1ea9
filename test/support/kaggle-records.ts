import { gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A record of Kaggle's dump. */
export interface DumpRecord {
  id: string;
  [field: string]: unknown;
}

/** The record with this index: each index gives a different paper, the same on every run. */
export function toDumpRecord(index: number, fields: Record<string, unknown> = {}): DumpRecord {
  const id = `2101.${String(index).padStart(5, '0')}`;
  return {
    id,
    submitter: `Ada Author${index % 7}`,
    authors: `Ada Author${index % 7} and Bo Writer${index % 11}`,
    title: `Paper ${index} on subject ${index % 13}`,
    comments: null,
    'journal-ref': null,
    doi: null,
    'report-no': null,
    categories: index % 3 === 0 ? 'cs.LG stat.ML' : 'math.CO',
    license: null,
    abstract: `  What paper ${index} finds about subject ${index % 13} in ${index % 17} words.\n`,
    versions: [{ version: 'v1', created: 'Fri, 1 Jan 2021 12:00:00 GMT' }],
    update_date: '2021-01-02',
    authors_parsed: [
      [`Author${index % 7}`, 'Ada', ''],
      [`Writer${index % 11}`, 'Bo', ''],
    ],
    ...fields,
  };
}

export function toDumpRecords(
  count: number,
  fields: (index: number) => Record<string, unknown> = () => ({}),
): DumpRecord[] {
  return Array.from({ length: count }, (_, index) => toDumpRecord(index, fields(index)));
}

export function toJsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Writes the records as JSON Lines, compressed if the name says so; returns the file's path. */
export async function writeDump(
  directory: string,
  name: string,
  records: readonly unknown[],
): Promise<string> {
  const file = path.join(directory, name);
  const text = toJsonLines(records);
  await writeFile(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}
