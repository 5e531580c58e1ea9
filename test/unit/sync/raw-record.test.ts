import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { toKaggleRecord } from '../../../src/ingest/kaggle-record.js';
import { toPayload } from '../../../src/ingest/normalise.js';
import type { PaperPayload } from '../../../src/papers/payload.js';
import { packagePath } from '../../../src/package-root.js';
import { parseAuthors } from '../../../src/sync/parse-authors.js';
import { readPage } from '../../../src/sync/read-page.js';
import { toRecordXml } from '../../support/arxiv-server.js';

type Fields = Record<string, unknown>;

function payloadOf(fields: unknown): PaperPayload {
  const record = toKaggleRecord(fields);
  if ('reason' in record) throw new Error(record.detail);
  return toPayload(record);
}

/** The dump's record, converted to arXiv's XML and back. */
async function harvested(record: Fields): Promise<PaperPayload> {
  const changedAt = `${String(record['update_date'])}T00:00:00Z`;
  const xml = `<OAI-PMH><responseDate>2026-06-10T04:00:00Z</responseDate><ListRecords>${toRecordXml({
    record,
    changedAt,
    sets: ['cs:cs:LG'],
  })}</ListRecords></OAI-PMH>`;
  const records: unknown[] = [];
  await readPage(
    (async function* () {
      yield Buffer.from(xml);
      await Promise.resolve();
    })(),
    (more) => void records.push(...more),
  );
  return payloadOf(records[0]);
}

/** Only available where the project is developed. */
function readDump(): Fields[] | null {
  const file = packagePath('..', 'shared', 'data', 'arxiv-kaggle-200', 'arxiv-metadata-oai-snapshot.json');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Fields);
}

const DUMP = readDump();
const name = 'every record of a dump is the same by way of arXivRaw, field for field';
(DUMP ? test : test.skip)(DUMP ? name : `${name} (not run: the dump is not here)`, async () => {
  for (const record of DUMP ?? []) expect(await harvested(record)).toEqual(payloadOf(record));
});

describe.each<[string, string, string[][]]>([
  [
    'affiliations',
    'A. One (Univ. of X, Y), B. Two (CERN) and C. Three',
    [
      ['One', 'A.', ''],
      ['Two', 'B.', ''],
      ['Three', 'C.', ''],
    ],
  ],
  [
    'numbered affiliations',
    'A. One (1,2), B. Two (2) ((1) Univ. of X, (2) Institute (of Y))',
    [
      ['One', 'A.', ''],
      ['Two', 'B.', ''],
    ],
  ],
  [
    'an affiliation that is not closed',
    'A. One, B. Two (Univ. of X, Y',
    [
      ['One', 'A.', ''],
      ['Two', 'B.', ''],
    ],
  ],
  [
    'a bracket that was not opened',
    'A. One), B. Two',
    [
      ['One)', 'A.', ''],
      ['Two', 'B.', ''],
    ],
  ],
  [
    'suffixes',
    'Neal J. Evans II, Sam Poe, Jr., Al Roe III, Bo Doe, Sr',
    [
      ['Evans', 'Neal J.', 'II'],
      ['Poe', 'Sam', 'Jr.'],
      ['Roe', 'Al', 'III'],
      ['Doe', 'Bo', 'Sr'],
    ],
  ],
  [
    'particles',
    'Floris van der Tak, Ewine van Dishoeck, Juan de la Cruz, Leonardo da Vinci',
    [
      ['van der Tak', 'Floris', ''],
      ['van Dishoeck', 'Ewine', ''],
      ['de la Cruz', 'Juan', ''],
      ['da Vinci', 'Leonardo', ''],
    ],
  ],
  [
    'a collaboration first',
    'The BABAR Collaboration: B. Aubert, et al',
    [
      ['The BABAR Collaboration', '', ''],
      ['Aubert', 'B.', ''],
    ],
  ],
  [
    'two collaborations',
    'LIGO Scientific Collaboration, Virgo Collaboration, A. One',
    [
      ['LIGO Scientific Collaboration', '', ''],
      ['Virgo Collaboration', '', ''],
      ['One', 'A.', ''],
    ],
  ],
  [
    'a collaboration with an accent in its name, which arXiv cuts',
    'The D\\O Collaboration',
    [['O Collaboration', '', '']],
  ],
  [
    'a collaboration after a name',
    'A. One, for the CMS Collaboration',
    [
      ['One', 'A.', ''],
      ['Collaboration', 'for the CMS', ''],
    ],
  ],
  [
    'initials without spaces',
    "P.A. Evans, C.-P. Yuan, P.T. O'Brien",
    [
      ['Evans', 'P. A.', ''],
      ['Yuan', 'C. -P.', ''],
      ["O'Brien", 'P. T.', ''],
    ],
  ],
  [
    'TeX',
    'C. Bal\\\'azs, \\.{I}smail G\\"okt\\.ug',
    [
      ["Bal\\'azs", 'C.', ''],
      ['G\\"okt\\.ug', '\\.{I}smail', ''],
    ],
  ],
  [
    'letters of other scripts',
    '张三, Иван Иванов & Σωκράτης',
    [
      ['张三', '', ''],
      ['Иванов', 'Иван', ''],
      ['Σωκράτης', '', ''],
    ],
  ],
  [
    '"and" in all positions',
    'A. One, and B. Two and C. Three',
    [
      ['One', 'A.', ''],
      ['Two', 'B.', ''],
      ['Three', 'C.', ''],
    ],
  ],
  [
    'line breaks',
    'A.\n  One,\n  B. Two',
    [
      ['One', 'A.', ''],
      ['Two', 'B.', ''],
    ],
  ],
  ['nothing', '', []],
])('%s', (_name, line, expected) => {
  test('are separated as arXiv does', () => {
    expect(parseAuthors(line)).toEqual(expected);
  });
});

test.each([
  'a '.repeat(200_000),
  '('.repeat(200_000),
  ' and'.repeat(100_000),
  'group '.repeat(100_000),
  '.'.repeat(200_000),
])('a hostile line takes linear time', (line) => {
  expect(parseAuthors(line)).toBeInstanceOf(Array);
});

test.each([
  ['M. M\\"uller on behalf of the CMS Collaboration', ['M. Müller', 'CMS Collaboration']],
  ['A. One on behalf of the CMS Collaboration', ['A. One', 'CMS Collaboration']],
  ['Tian-Xing Xu on behalf of\n  the LHCb collaboration', ['Tian-Xing Xu', 'LHCb collaboration']],
  ["J.-P. Garc\\'ia-P\\'erez for the ATLAS Collaboration", ['J.-P. García-Pérez', 'ATLAS Collaboration']],
  ['A. One, B. Two for the Fermi-LAT team', ['A. One', 'B. Two', 'Fermi-LAT team']],
  ['A. One for the D\\O{} Collaboration, B. Two', ['A. One', 'DØ Collaboration', 'B. Two']],
  ['R. Abbott (for the LIGO Scientific Collaboration)', ['R. Abbott', 'LIGO Scientific Collaboration']],
  [
    'R. Abbott (MIT), B. Two (on behalf of the Virgo Collaboration)',
    ['R. Abbott', 'B. Two', 'Virgo Collaboration'],
  ],
  ['A. One$^1$, B. Two$^{2,3}$, C. Three$^{a,\\dagger}$', ['A. One', 'B. Two', 'C. Three']],
])('what the parsed list loses of %j is in the string', (authors, expected) => {
  const paper = { id: '0704.0001', title: 'T', abstract: 'A', authors };
  expect(payloadOf(paper).authors).toEqual(expected);
  expect(payloadOf({ ...paper, authors_parsed: parseAuthors(authors) }).authors).toEqual(expected);
});

test("the dump's own mistakes, a comma in the family name and a separate suffix, give the same paper", () => {
  const common = { id: '0704.0001', title: 'T', abstract: 'A' };
  const dump = payloadOf({
    ...common,
    authors_parsed: [
      ['Poe,', 'Sam', 'Jr.'],
      ['Roe', 'Al', ''],
      ['III', '', ''],
    ],
  });
  const string = payloadOf({ ...common, authors_parsed: parseAuthors('Sam Poe, Jr., Al Roe, III') });
  expect(dump).toEqual(string);
  expect(dump.authors).toEqual(['Sam Poe Jr.', 'Al Roe III']);
});
