import type { QdrantAddress } from './scratch-store.js';
import { createHttpSender } from './http-sender.js';
import type { Send } from './load.js';
import type { PaperPayload, PayloadField } from '../src/papers/payload.js';
import { toPointId } from '../src/papers/point-id.js';
import { NEAR_WINDOW } from '../src/search/ranking.js';
import type { PaperStore } from '../src/store/store.js';

/** One question in the form of each party's own request. */
export interface Target {
  who: Who;
  send: Send;
}

export type Who = 'server' | 'store' | 'qdrant' | 'wrapper' | 'readyWrapper';

export interface Parties {
  graphqlUrl: string;
  /** The server's store, called in this process. */
  store: PaperStore;
  /** The Qdrant server below that store. */
  qdrant: QdrantAddress | null;
  /** See `startWrapper`. */
  wrapperUrl: string | null;
  /** See `startReadyWrapper`. */
  readyWrapperUrl: string | null;
}

/** A query as typed, and its embedding by the server's model. */
export interface Probe {
  query: string;
  vector: Float32Array;
}

/** Number of distinct queries and ids, sent in turn, except in a quick run. */
export const PROBES = 100;
/** Fields selected from each paper. */
export const PAPER = 'id title abstract authors { name } categories { code } submittedAt url';
/** Fields that the server requests from the store for this selection. */
const FIELDS: PayloadField[] = ['id', 'title', 'abstract', 'authors', 'categories', 'submitted_at'];
/** Number of papers per page. */
const PAGE = 10;

/**
 * `search` by meaning for ten whole papers, which is one ranking of the store. The server requests one paper more, to
 * know whether another page follows.
 */
export function searchTargets(parties: Parties, probes: readonly Probe[]): Target[] {
  const query = `query Search($query: String!) {
    search(query: $query, mode: SEMANTIC, first: ${PAGE}) { nodes { rank score paper { ${PAPER} } } }
  }`;
  const server = createHttpSender({
    url: parties.graphqlUrl,
    bodies: probes.map((probe) => ({ query, variables: { query: probe.query } })),
    opening: '{"data":{"search":{"nodes":[{"rank":1,',
  });
  const requests = probes.map(({ vector }) => toStoreRequest(vector));
  const store = async (turn: number) => {
    const [hits] = await parties.store.search(
      requests.slice(turn % requests.length, (turn % requests.length) + 1),
    );
    if (!Array.isArray(hits) || hits.length !== PAGE + 1) throw new Error('The store found too little');
  };
  const bodies = requests.map(({ ranking }) => ({
    query: Array.from(ranking.vector),
    limit: PAGE,
    params: { hnsw_ef: NEAR_WINDOW },
    with_payload: { include: FIELDS },
  }));
  return [
    { who: 'server', send: server },
    { who: 'store', send: store },
    ...qdrantTarget(parties, '/query', bodies),
    ...wrapperTarget('wrapper', parties.wrapperUrl, probes),
    ...wrapperTarget('readyWrapper', parties.readyWrapperUrl, probes),
  ];
}

function toStoreRequest(vector: Float32Array) {
  const ranking = { kind: 'nearest' as const, vector };
  return { ranking, offset: 0, limit: PAGE + 1, window: NEAR_WINDOW, fields: FIELDS };
}

/** `paper` by its arXiv id. */
export function paperTargets(parties: Parties, papers: readonly PaperPayload[]): Target[] {
  const query = `query Paper($id: ID!) { paper(id: $id) { ${PAPER} } }`;
  const server = createHttpSender({
    url: parties.graphqlUrl,
    bodies: papers.map(({ id }) => ({ query, variables: { id } })),
    opening: '{"data":{"paper":{"id":',
  });
  const ids = papers.map(({ id }) => toPointId(id));
  const store = async (turn: number) => {
    const found = await parties.store.retrieve(ids.slice(turn % ids.length, (turn % ids.length) + 1), FIELDS);
    if (found.size !== 1) throw new Error('The store lost a paper');
  };
  const bodies = ids.map((id) => ({ ids: [id], with_payload: { include: FIELDS } }));
  return [
    { who: 'server', send: server },
    { who: 'store', send: store },
    ...qdrantTarget(parties, '', bodies),
  ];
}

function wrapperTarget(who: Who, url: string | null, probes: readonly Probe[]): Target[] {
  if (url === null) return [];
  const bodies = probes.map(({ query }) => ({ query }));
  return [{ who, send: createHttpSender({ url, bodies, opening: '{"result":[{' }) }];
}

/** The same request to the Qdrant server itself, if there is one. */
function qdrantTarget({ qdrant, store }: Parties, path: string, bodies: readonly unknown[]): Target[] {
  if (!qdrant) return [];
  const send = createHttpSender({
    url: `${qdrant.url.replace(/\/+$/, '')}/collections/${store.collection}/points${path}`,
    headers: qdrant.apiKey === undefined ? {} : { 'api-key': qdrant.apiKey },
    bodies,
    opening: '{"result":',
  });
  return [{ who: 'qdrant', send }];
}
