import { SaxesParser } from 'saxes';
import { RECORD_ELEMENTS, toDumpRecord, type DumpRecord } from './raw-record.js';
import { toError } from '../errors/errors.js';

/** Maximum size between the ends of two records, including markup. No paper comes near it. */
const MAX_RECORD = 16 * 1024 * 1024;
/** Twenty times arXiv's longest page. A few kilobytes of gzip may expand to gigabytes. */
const MAX_PAGE_BYTES = 128 * 1024 * 1024;
/** Maximum nesting of elements: a version's date is on the seventh level. */
const MAX_NESTED_ELEMENTS = 32;
/** Characters that XML excludes, but that occur in arXiv's records. Cleaning would remove them anyway. */
// eslint-disable-next-line no-control-regex -- what no text holds
const EXCLUDED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** An answer that violates the protocol: truncated, damaged, or a page for people. A retry may help. */
export class UnreadablePageError extends Error {
  override readonly name = 'UnreadablePageError';
}

/** The content of an answer to `ListRecords` or `ListSets`, except its records. */
export interface OaiPage {
  /** The server's time of the answer: `2026-11-29T04:00:00Z`. */
  responseDate: string;
  /** The protocol's own error, such as `noRecordsMatch`. */
  error: { code: string; message: string } | null;
  /** The token for the next page; null on the last one. */
  token: string | null;
  records: number;
  /** Number of records of which only the header is left. */
  deleted: number;
  /** The latest day of change among the records; null if there are none. */
  lastDatestamp: string | null;
  /** The earliest day of change. */
  firstDatestamp: string | null;
  /** The days of change never decrease, so everything before the latest one has arrived. */
  isOrdered: boolean;
  sets: { spec: string; name: string }[];
}

/**
 * Reads an answer of arXiv's OAI-PMH server as it arrives, with at most a chunk and a record in memory.
 *
 * @param take receives the records of each chunk that consist of more than a header, and is awaited.
 * @throws UnreadablePageError for an answer that is not complete and well-formed. Earlier records may already have
 * been passed on.
 */
export async function readPage(
  chunks: AsyncIterable<Uint8Array>,
  take: (records: DumpRecord[]) => void | Promise<void>,
): Promise<OaiPage> {
  const records: DumpRecord[] = [];
  const reader = new PageReader((record) => void records.push(record));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_PAGE_BYTES) throw new UnreadablePageError('The answer is longer than 128 MiB');
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

/**
 * Reads one answer. Entities other than XML's own five are errors, and no document type definition is read.
 */
class PageReader {
  readonly #parser = new SaxesParser({ xmlns: false, position: false });
  readonly #page = emptyPage();
  /** Names of the open elements. */
  readonly #path: string[] = [];
  #record = emptyRecord();
  #set = { spec: '', name: '' };
  #version = { version: '', created: '' };
  #text = '';
  #sinceRecord = 0;
  #hasList = false;

  constructor(private readonly onRecord: (record: DumpRecord) => void) {
    this.#parser.on('error', (error) => {
      throw new UnreadablePageError(`The answer is not well-formed XML: ${error.message}`);
    });
    this.#parser.on('doctype', () => {
      throw notOai('a web page, or a document type definition');
    });
    this.#parser.on('text', (more) => (this.#text += more));
    this.#parser.on('cdata', (more) => (this.#text += more));
    this.#parser.on('opentag', ({ name, attributes }) => {
      this.#open(localName(name), attributes);
    });
    this.#parser.on('closetag', () => {
      this.#close();
    });
  }

  write(piece: string): void {
    this.#sinceRecord += piece.length;
    guard(() => this.#parser.write(piece));
    if (this.#sinceRecord > MAX_RECORD) {
      throw new UnreadablePageError('The answer has more than 16 MiB in one record');
    }
  }

  end(): OaiPage {
    guard(() => this.#parser.close());
    const { error, records, sets, token } = this.#page;
    if (!this.#hasList && error === null) throw notOai('an answer without a list');
    // The protocol has `noRecordsMatch` for an empty answer. Taken as the last page, this one would end the list too
    // early.
    if (error === null && token === null && records + sets.length === 0)
      throw notOai('a list without an entry');
    if (Number.isNaN(Date.parse(this.#page.responseDate))) throw notOai('an answer without its date');
    return this.#page;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#path.length === 0 && name !== 'OAI-PMH') throw notOai(`an element <${name.slice(0, 40)}>`);
    this.#path.push(name);
    if (this.#path.length > MAX_NESTED_ELEMENTS)
      throw notOai(`elements more than ${MAX_NESTED_ELEMENTS} deep`);
    this.#text = '';
    switch (name) {
      case 'ListRecords':
      case 'ListSets':
        this.#hasList = true;
        break;
      case 'record':
        this.#record = emptyRecord();
        break;
      case 'header':
        this.#record.isDeleted = attributes['status'] === 'deleted';
        break;
      case 'set':
        this.#set = { spec: '', name: '' };
        break;
      case 'version':
        this.#version = { version: attributes['version'] ?? '', created: '' };
        break;
      case 'error':
        this.#page.error = { code: attributes['code'] ?? '', message: '' };
        break;
    }
  }

  #close(): void {
    const name = this.#path.pop();
    const [page, record, set] = [this.#page, this.#record, this.#set];
    const content = this.#text;
    this.#text = '';
    if (name === undefined) return;
    switch (this.#path.at(-1)) {
      case 'arXivRaw':
        if (RECORD_ELEMENTS.has(name)) record.texts.set(name, content);
        else if (name === 'version') record.versions.push(this.#version);
        return;
      case 'version':
        if (name === 'date') this.#version.created = content;
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
        if (name === 'record') this.#takeRecord();
        break;
      case 'OAI-PMH':
        if (name === 'responseDate') page.responseDate = content.trim();
        else if (name === 'error' && page.error) page.error.message = content.trim();
        return;
    }
    if (name === 'resumptionToken') page.token = content.trim() || null;
  }

  #takeRecord(): void {
    const [page, record] = [this.#page, this.#record];
    const { datestamp, isDeleted, texts, identifier } = record;
    page.records++;
    this.#sinceRecord = 0;
    if (page.lastDatestamp !== null && datestamp < page.lastDatestamp) page.isOrdered = false;
    if (page.lastDatestamp === null || datestamp > page.lastDatestamp) page.lastDatestamp = datestamp;
    if (page.firstDatestamp === null || datestamp < page.firstDatestamp) page.firstDatestamp = datestamp;
    if (isDeleted) {
      page.deleted++;
      return;
    }
    // The header identifies the paper if its metadata does not.
    if (!texts.has('id')) texts.set('id', identifier.replace(/^oai:arXiv\.org:/i, ''));
    this.onRecord(toDumpRecord(record));
  }
}

/** Any error of the parser means that the answer cannot be read. */
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

function emptyPage(): OaiPage {
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
