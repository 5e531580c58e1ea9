import { SaxesParser } from 'saxes';
import { RECORD_ELEMENTS, toDumpRecord, type DumpRecord } from './raw-record.js';
import { toError } from '../errors/errors.js';

/** Longest text between two tags: no field of a paper comes near it. */
const MAX_TEXT = 16 * 1024 * 1024;
/** Characters that XML excludes, but that arXiv's records are not always free of. Cleaning would drop them anyway. */
// eslint-disable-next-line no-control-regex -- what no text holds
const EXCLUDED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** An answer that is not what the protocol promises: cut off, damaged, or a page for people. Asking again may help. */
export class UnreadablePageError extends Error {
  override readonly name = 'UnreadablePageError';
}

/** What an answer to `ListRecords` or `ListSets` says, besides its records. */
export interface Page {
  /** When the server answered, by its own clock: `2026-11-29T04:00:00Z`. */
  responseDate: string;
  /** The protocol's own error, such as `noRecordsMatch`. */
  error: { code: string; message: string } | null;
  /** What the next page is asked for by; null on the last one. */
  token: string | null;
  records: number;
  /** Records of which only the header is left. */
  deleted: number;
  /** The latest day of change among the records; null without records. */
  lastDatestamp: string | null;
  /** The earliest one. */
  firstDatestamp: string | null;
  /** The days of change never go back, so that everything before the latest one has come. */
  isOrdered: boolean;
  sets: { spec: string; name: string }[];
}

/**
 * Reads an answer of arXiv's OAI-PMH server as it comes in; no more of it is held than a chunk and a record.
 *
 * @param take is handed the records of each chunk that have more than a header, and waited for.
 * @throws UnreadablePageError for what is no whole, well-formed answer. Records that came before may have been handed over.
 */
export async function readPage(
  chunks: AsyncIterable<Uint8Array>,
  take: (records: DumpRecord[]) => void | Promise<void>,
): Promise<Page> {
  const records: DumpRecord[] = [];
  const reader = createReader((record) => void records.push(record));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) {
    reader.write(decode(() => decoder.decode(chunk, { stream: true })));
    if (records.length > 0) await take(records.splice(0));
  }
  reader.write(decode(() => decoder.decode()));
  return reader.end();
}

function decode(run: () => string): string {
  try {
    return run().replace(EXCLUDED, ' ');
  } catch (error) {
    throw new UnreadablePageError('The answer is not UTF-8', { cause: error });
  }
}

/** Entities other than XML's own five are errors to the parser, and it reads no document type definition. */
function createReader(onRecord: (record: DumpRecord) => void) {
  const page = emptyPage();
  const parser = new SaxesParser({ xmlns: false, position: false });
  const path: string[] = [];
  let record = emptyRecord();
  let set = { spec: '', name: '' };
  let version = { version: '', created: '' };
  let text = '';
  let sinceTag = 0;
  let hasList = false;

  parser.on('error', (error) => {
    throw new UnreadablePageError(`The answer is not well-formed XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw notOai('a page for people, or a document type definition');
  });
  parser.on('text', (more) => (text += more));
  parser.on('cdata', (more) => (text += more));
  parser.on('opentag', ({ name: fullName, attributes }) => {
    const name = localName(fullName);
    if (path.length === 0 && name !== 'OAI-PMH') throw notOai(`an element <${name.slice(0, 40)}>`);
    path.push(name);
    text = '';
    sinceTag = 0;
    switch (name) {
      case 'ListRecords':
      case 'ListSets':
        hasList = true;
        break;
      case 'record':
        record = emptyRecord();
        break;
      case 'header':
        record.isDeleted = attributes['status'] === 'deleted';
        break;
      case 'set':
        set = { spec: '', name: '' };
        break;
      case 'version':
        version = { version: attributes['version'] ?? '', created: '' };
        break;
      case 'error':
        page.error = { code: attributes['code'] ?? '', message: '' };
        break;
    }
  });
  parser.on('closetag', () => {
    const name = path.pop();
    const parent = path.at(-1);
    sinceTag = 0;
    const content = text;
    text = '';
    if (name === undefined) return;
    switch (parent) {
      case 'arXivRaw':
        if (RECORD_ELEMENTS.has(name)) record.texts.set(name, content);
        else if (name === 'version') record.versions.push(version);
        return;
      case 'version':
        if (name === 'date') version.created = content;
        return;
      case 'header':
        if (name === 'datestamp') record.datestamp = content.trim();
        else if (name === 'identifier') record.identifier = content.trim();
        return;
      case 'set':
        if (name === 'setSpec') set.spec = content.trim();
        else if (name === 'setName') set.name = content.trim();
        return;
      case 'ListSets':
        if (name === 'set') page.sets.push(set);
        break;
      case 'ListRecords':
        if (name === 'record') takeRecord();
        break;
      case 'OAI-PMH':
        if (name === 'responseDate') page.responseDate = content.trim();
        else if (name === 'error' && page.error) page.error.message = content.trim();
        return;
    }
    if (name === 'resumptionToken') page.token = content.trim() || null;
  });

  const takeRecord = () => {
    const { datestamp, isDeleted, texts, identifier } = record;
    page.records++;
    if (page.lastDatestamp !== null && datestamp < page.lastDatestamp) page.isOrdered = false;
    if (page.lastDatestamp === null || datestamp > page.lastDatestamp) page.lastDatestamp = datestamp;
    if (page.firstDatestamp === null || datestamp < page.firstDatestamp) page.firstDatestamp = datestamp;
    if (isDeleted) {
      page.deleted++;
      return;
    }
    // The header names the paper where its metadata do not.
    if (!texts.has('id')) texts.set('id', identifier.replace(/^oai:arXiv\.org:/i, ''));
    onRecord(toDumpRecord(record));
  };

  return {
    write(piece: string) {
      sinceTag += piece.length;
      if (sinceTag > MAX_TEXT) throw new UnreadablePageError('The answer has a text of more than 16 MiB');
      guard(() => parser.write(piece));
    },
    end(): Page {
      guard(() => parser.close());
      if (!hasList && page.error === null) throw notOai('an answer without a list');
      if (Number.isNaN(Date.parse(page.responseDate))) throw notOai('an answer without its date');
      return page;
    },
  };
}

/** Whatever the parser throws says that the answer cannot be read. */
function guard(run: () => void): void {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof UnreadablePageError) throw thrown;
    const { message } = toError(thrown);
    throw new UnreadablePageError(`The answer is not well-formed XML: ${message}`, { cause: thrown });
  }
}

function notOai(found: string): UnreadablePageError {
  return new UnreadablePageError(`Expected an answer of an OAI-PMH server, found ${found}`);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function emptyPage(): Page {
  return {
    responseDate: '',
    error: null,
    token: null,
    records: 0,
    deleted: 0,
    lastDatestamp: null,
    firstDatestamp: null,
    isOrdered: true,
    sets: [],
  };
}

function emptyRecord() {
  return {
    datestamp: '',
    identifier: '',
    isDeleted: false,
    texts: new Map<string, string>(),
    versions: [] as { version: string; created: string }[],
  };
}
