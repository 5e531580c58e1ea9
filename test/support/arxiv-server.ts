import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/sync/clock.js';

const DAY_MS = 86_400_000;
const EARLIEST = '2005-09-16';
/** arXiv allows one request every three seconds. */
const PACE_MS = 3_000;

/** A paper as a record of the dump, and when it last changed. */
export interface ArxivPaper {
  record: Record<string, unknown>;
  /** Instant, RFC 3339. */
  changedAt: string;
  sets: string[];
}

/** The answer that replaces the next correct one. */
export type Fault =
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  | { kind: 'text'; text: string; type?: string }
  /** The correct answer, edited. */
  | { kind: 'edit'; edit: (xml: string) => string | Buffer }
  /** The first part of the correct answer; then the connection breaks. */
  | { kind: 'cut'; share: number }
  /** No answer at all. */
  | { kind: 'hang' }
  | { kind: 'refuse-token' };

/** A stand-in for arXiv's OAI-PMH server that follows its source (https://github.com/arXiv/oaipmh) and its terms of use. */
export interface ArxivServer {
  url: string;
  /** The server's clock, which tests set. */
  clock: MovedClock;
  papers: ArxivPaper[];
  /** Arguments of the requests so far. */
  requests: Record<string, string>[];
  userAgents: string[];
  /** The `Host` of each request. */
  hosts: string[];
  /** Number of requests sent too soon after another one, or at the same time. */
  tooSoon: number;
  /** Faults for the next requests, one for each. */
  faults: Fault[];
  /** Called before each answer, with the number of the request, counted from 1. */
  onRequest: (count: number) => void | Promise<void>;
  close(): Promise<void>;
}

export interface ArxivServerOptions {
  papers: ArxivPaper[];
  pageSize?: number;
  /** Whether requests sent too soon get a 503. Requires a client that uses the same clock. */
  isPaced?: boolean;
  now?: string;
  sets?: string[];
}

/** A clock that moves only when something sleeps on it. */
export class MovedClock implements Clock {
  readonly slept: number[] = [];
  #now: number;

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  now(): number {
    return this.#now;
  }

  move(ms: number): void {
    this.#now += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.move(ms);
    return Promise.resolve();
  }
}

class OaiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const SETS = [
  'cs',
  'cs:cs',
  'cs:cs:AI',
  'cs:cs:CL',
  'cs:cs:LG',
  'math',
  'physics',
  'physics:hep-th',
  'stat:stat:ML',
];

export async function startArxivServer(options: ArxivServerOptions): Promise<ArxivServer> {
  const { pageSize = 2_500, isPaced = false, sets = SETS } = options;
  const clock = new MovedClock(options.now ?? '2026-06-10T04:00:00Z');
  let underWay = 0;
  let answeredAt = -Infinity;
  const http = createServer((request, response) => {
    void answer(request, response).finally(() => {
      underWay--;
      answeredAt = clock.now();
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const isTooSoon = underWay > 0 || clock.now() - answeredAt < PACE_MS;
    underWay++;
    const url = new URL(request.url ?? '', 'http://arxiv');
    server.requests.push(Object.fromEntries(url.searchParams));
    server.userAgents.push(request.headers['user-agent'] ?? '');
    server.hosts.push(request.headers.host ?? '');
    if (isTooSoon) server.tooSoon++;
    await server.onRequest(server.requests.length);
    if (isPaced && isTooSoon) return void response.writeHead(503, { 'retry-after': '10' }).end();
    // The former address of arXiv's server.
    if (url.pathname === '/oai2') return void response.writeHead(301, { location: '/oai' }).end();
    const fault = server.faults.shift();
    if (fault?.kind === 'status') return void response.writeHead(fault.status, fault.headers).end();
    if (fault?.kind === 'hang') {
      await new Promise<void>((resolve) => request.once('close', resolve));
      return;
    }
    const type = fault?.kind === 'text' ? (fault.type ?? 'text/html') : 'text/xml';
    response.setHeader('content-type', type);
    if (fault?.kind === 'text') return void response.end(fault.text);
    const xml = toXml(url, fault?.kind === 'refuse-token');
    if (fault?.kind === 'cut') {
      response.setHeader('content-length', Buffer.byteLength(xml));
      response.write(xml.slice(0, Math.floor(xml.length * fault.share)), () => response.destroy());
      await new Promise<void>((resolve) => response.once('close', resolve));
      return;
    }
    await new Promise<void>((resolve) =>
      response.end(fault?.kind === 'edit' ? fault.edit(xml) : xml, resolve),
    );
  };

  const toXml = (url: URL, refusesToken: boolean): string => {
    const names = [...url.searchParams.keys()];
    try {
      if (url.pathname !== '/oai') throw new Error(`no such path: ${url.pathname}`);
      if (new Set(names).size < names.length) throw new OaiError('badArgument', 'Duplicate parameters');
      const args = Object.fromEntries(url.searchParams);
      if (refusesToken && args['resumptionToken'])
        throw new OaiError('badResumptionToken', 'invalid or expired');
      switch (args['verb']) {
        case 'ListRecords':
          return wrap(listRecords(args));
        case 'ListSets':
          if (names.length > 1) throw new OaiError('badArgument', 'ListSets has no arguments');
          return wrap(
            `<ListSets>${sets.map((set) => `<set><setSpec>${set}</setSpec><setName>${set}</setName></set>`).join('')}</ListSets>`,
          );
        default:
          throw new OaiError('badVerb', 'Invalid verb provided');
      }
    } catch (error) {
      if (!(error instanceof OaiError)) throw error;
      return wrap(`<error code='${error.code}'>${escape(error.message)}</error>`);
    }
  };

  const wrap = (content: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
    <responseDate>${new Date(clock.now()).toISOString().replace(/\.\d+Z/, 'Z')}</responseDate>
    <request verb='ListRecords'>https://oaipmh.arxiv.org/oai</request>
    ${content}
</OAI-PMH>`;

  const listRecords = (args: Record<string, string>): string => {
    const { resumptionToken: token } = args;
    const names = Object.keys(args);
    if (token !== undefined && names.length > 2)
      throw new OaiError('badArgument', 'No other parameters allowed');
    const asked = token === undefined ? { ...args, skip: '0' } : readToken(token, clock.now());
    const { metadataPrefix, from, set, skip = '0' } = asked;
    const allowed = ['verb', 'metadataPrefix', 'from', 'set', 'skip', 'day'];
    if (Object.keys(asked).some((name) => !allowed.includes(name)))
      throw new OaiError('badArgument', 'Unallowed parameter');
    if (metadataPrefix === undefined) throw new OaiError('badArgument', 'metadataPrefix required');
    if (metadataPrefix !== 'arXivRaw') throw new OaiError('cannotDisseminateFormat', metadataPrefix);
    if (from !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(from))
      throw new OaiError('badArgument', 'from date format must be YYYY-MM-DD');
    if (from !== undefined && from < EARLIEST) throw new OaiError('badArgument', 'start date too early');
    if (from !== undefined && Date.parse(from) > clock.now())
      throw new OaiError('badArgument', 'until date must be greater than or equal to from date');
    if (set !== undefined && !sets.includes(set)) throw new OaiError('badArgument', 'Set does not exist');
    const found = server.papers
      .filter((paper) => toDay(paper) >= (from ?? EARLIEST) && isIn(paper.sets, set))
      .filter(({ changedAt }) => Date.parse(changedAt) <= clock.now() + DAY_MS)
      .sort((a, b) => (a.changedAt + String(a.record['id']) < b.changedAt + String(b.record['id']) ? -1 : 1));
    const page = found.slice(Number(skip), Number(skip) + pageSize);
    if (page.length === 0) throw new OaiError('noRecordsMatch', 'The combination results in an empty list');
    const following = found[Number(skip) + pageSize];
    const next = following ? toToken(toRest(asked, page, following), clock.now()) : '';
    const tokenElement =
      next !== '' || token !== undefined ? `<resumptionToken>${escape(next)}</resumptionToken>` : '';
    return `<ListRecords>${page.map(toRecordXml).join('')}${tokenElement}</ListRecords>`;
  };

  const server: ArxivServer = {
    url: '',
    clock,
    papers: options.papers,
    requests: [],
    userAgents: [],
    hosts: [],
    tooSoon: 0,
    faults: [],
    onRequest: () => undefined,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/oai`;
  return server;
}

function isIn(sets: readonly string[], set: string | undefined): boolean {
  return set === undefined || sets.some((each) => each === set || each.startsWith(`${set}:`));
}

/**
 * Like arXiv: the next page starts at the day of the first paper left out, and skips the papers of that day that this page has.
 * Within one day, it counts how many to skip.
 */
function toRest(
  asked: Record<string, string>,
  page: readonly ArxivPaper[],
  following: ArxivPaper,
): Record<string, string> {
  const day = toDay(following);
  if (page[0] && toDay(page[0]) === day) {
    return { ...asked, skip: String(Number(asked['skip'] ?? 0) + page.length) };
  }
  return { ...asked, from: day, skip: String(page.filter((paper) => toDay(paper) === day).length) };
}

function toDay({ changedAt }: ArxivPaper): string {
  return changedAt.slice(0, 10);
}

/** Like arXiv: the request itself, URL-encoded twice. The stand-in adds the day, so that the token expires at midnight. */
function toToken(asked: Record<string, string>, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  return encodeURIComponent(new URLSearchParams({ ...asked, day }).toString());
}

function readToken(token: string, now: number): Record<string, string> {
  const asked = Object.fromEntries(new URLSearchParams(decodeURIComponent(token)));
  if (asked['skip'] === undefined || asked['day'] !== new Date(now).toISOString().slice(0, 10))
    throw new OaiError(
      'badResumptionToken',
      'The value of the resumptionToken argument is invalid or expired.',
    );
  return asked;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&#34;');
}

/** The record as arXiv's template prints it, including its mixed-up classes. */
export function toRecordXml({ record, changedAt, sets }: ArxivPaper): string {
  const element = (name: string) =>
    typeof record[name] === 'string' ? `<${name}>${escape(record[name])}</${name}>` : '';
  const versions = (record['versions'] ?? []) as { version: string; created: string }[];
  return `
        <record>
            <header>
              <identifier>oai:arXiv.org:${String(record['id'])}</identifier>
              <datestamp>${changedAt.slice(0, 10)}</datestamp>
              ${sets.map((set) => `<setSpec>${set}</setSpec>`).join('\n              ')}
            </header>
            <metadata>
                <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://arxiv.org/OAI/arXivRaw/ https://oaipmh.arxiv.org/OAI/arXivRaw.xsd">
        ${element('id')}${element('submitter')}
        ${versions.map(({ version, created }) => `<version version="${version}"><date>${created}</date><size>12kb</size><source_type>D</source_type></version>`).join('\n')}
        ${['title', 'authors', 'categories', 'comments', 'report-no'].map(element).join('\n')}
        <acm-class>68T50</acm-class>
        ${['journal-ref', 'doi', 'license', 'abstract'].map(element).join('\n')}
    </arXivRaw>
            </metadata>
        </record>`;
}
