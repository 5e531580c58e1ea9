import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';

import { isAliases, isChange, isRankings, isUpdate } from './answers.js';
import {
  createPayloadIndex,
  deleteCollection,
  makeCollection,
  readCollection,
  toPath,
  toReplication,
  updateCollection,
} from './collection.js';
import type { QdrantHttp } from './http.js';
import { PublicError } from '../../errors/errors.js';
import { inParts } from '../../in-parts.js';
import { toPointId } from '../../papers/point-id.js';
import {
  DIRECTORY_SLOTS,
  directoryName,
  entryKeys,
  entryPrefixes,
  entryRank,
  missingDirectory,
  prefixToken,
  MOST_RANKED_PAPERS,
  type Directory,
  type DirectoryEntry,
  type DirectoryQuery,
  type DirectorySlot,
} from '../directory.js';
import { byCountThenValue } from '../facet-counts.js';
import type { Filter } from '../filter.js';
import { type CallOptions, SharedCall } from '../shared-call.js';
import type { FacetCount } from '../store.js';

/** The server; `guard` turns failures into public errors. */
export interface DirectoryParts {
  http: QdrantHttp;
  collection: string;
  guard: Guard;
}

export interface QdrantDirectory extends Directory {
  /**
   * The authors with the most papers of the whole collection, in the order of facets. Null if the directory cannot say,
   * because papers have been written since it was made, or it does not respond.
   */
  countAuthors(limit: number, options?: CallOptions): Promise<FacetCount[] | null>;
}

/** Turns failures into public errors, except the reason of the call's own signal. */
export type Guard = <Result>(call: () => Promise<Result>, options?: CallOptions) => Promise<Result>;

/** An entry as stored in a point's payload, without `prefixes` and `keys`, which are never read back. */
const StoredEntry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('author'),
    text: z.string(),
    papers: z.int(),
    firstYear: z.int().nullable(),
    lastYear: z.int().nullable(),
  }),
  z.object({
    kind: z.literal('title'),
    text: z.string(),
    paperId: z.string(),
    submitted: z.string().nullable(),
  }),
]) satisfies z.ZodType<DirectoryEntry>;
const SHOWN = ['kind', 'text', 'papers', 'firstYear', 'lastYear', 'paperId', 'submitted'];

/**
 * If many entries match, the server goes through a rank from the best entry down and checks each. Authors and titles
 * have separate ranks, so that no entries of the other kind lie in between.
 */
const RANKS = { author: 'author_rank', title: 'title_rank' } as const;
const INDEXES = {
  prefixes: 'keyword',
  keys: 'keyword',
  [RANKS.author]: 'integer',
  [RANKS.title]: 'integer',
} as const;
/** A directory with another layout counts as missing; the next load or repair replaces it. */
const LAYOUT = 2;
const StoredInfo = z.object({
  layout: z.literal(LAYOUT),
  points: z.int(),
  authors: z.int(),
  titles: z.int(),
  /** Earlier releases stored none, so that nobody knows. */
  outdated: z.boolean().optional(),
});

/** Entries per request, of some 500 bytes each. */
const POINTS_AT_ONCE = 2_000;

/**
 * The entries are points without vectors, in one of two collections with as many replicas as the papers have. An alias
 * names the current one, and is switched in one step when the other collection is complete.
 */
export function createDirectory({ http, collection, guard }: DirectoryParts): QdrantDirectory {
  const described = new SharedCall((options) => describeCurrent(http, collection, options));
  const current = new SharedCall((options) => fitsPapers(http, collection, options));
  const write = (call: () => Promise<void>, options?: CallOptions) =>
    guard(call, options).finally(() => {
      described.forget();
      current.forget();
    });
  return {
    describe: (options) =>
      guard(async () => {
        const stored = await described.ask(options);
        if (!stored) return null;
        const { points, authors, titles, outdated: isOutdated } = stored;
        return { points, authors, titles, ...(isOutdated && { isOutdated }) };
      }, options),
    find: (queries, options) => guard(() => findEntries(http, collection, queries, options), options),
    replace: (entries, info, options) =>
      write(async () => {
        const current = await currentSlot(http, collection, options);
        const name = directoryName(collection, current === 'a' ? 'b' : 'a');
        const { config } = await readCollection(http, collection, options);
        const replication = toReplication(config.params);
        await deleteCollection(http, name, options);
        try {
          await makeCollection(http, name, { vectors: {}, on_disk_payload: true, ...replication }, options);
          await fill(http, name, entries(), options);
          await updateCollection(
            http,
            name,
            { metadata: { layout: LAYOUT, ...info(), outdated: false } },
            options,
          );
          const alias = directoryName(collection);
          const create = { create_alias: { collection_name: name, alias_name: alias } };
          const remove = { delete_alias: { alias_name: alias } };
          const actions = current ? [remove, create] : [create];
          await http.send('POST', '/collections/aliases', { actions }, isChange, options);
        } catch (error) {
          throw hasStatus(error, 404, 409) ? anotherAtWork(collection, error) : error;
        }
        if (current) await deleteCollection(http, directoryName(collection, current), options);
      }, options),
    setCurrent: (isCurrent, options) =>
      write(async () => {
        const current = await currentSlot(http, collection, options);
        if (!current) return;
        const change = { metadata: { outdated: !isCurrent } };
        await updateCollection(http, directoryName(collection, current), change, options);
      }, options),
    async countAuthors(limit, options) {
      try {
        return (await current.ask(options)) ? await countAuthors(http, collection, limit, options) : null;
      } catch {
        options?.signal?.throwIfAborted();
        return null;
      }
    },
    drop: (options) =>
      write(async () => {
        for (const slot of DIRECTORY_SLOTS)
          await deleteCollection(http, directoryName(collection, slot), options);
      }, options),
  };
}

async function currentSlot(
  http: QdrantHttp,
  collection: string,
  options?: CallOptions,
): Promise<DirectorySlot | null> {
  const { aliases } = await http.send('GET', '/aliases', undefined, isAliases, options);
  const own = directoryName(collection);
  const target = aliases.find(({ alias_name: name }) => name === own)?.collection_name;
  return DIRECTORY_SLOTS.find((slot) => directoryName(collection, slot) === target) ?? null;
}

async function describeCurrent(
  http: QdrantHttp,
  collection: string,
  options: CallOptions,
): Promise<z.infer<typeof StoredInfo> | null> {
  const slot = await currentSlot(http, collection, options);
  if (!slot) return null;
  const { config } = await readCollection(http, directoryName(collection, slot), options);
  return StoredInfo.safeParse(config.metadata).data ?? null;
}

/** Authors to read beyond the limit, because the ranks do not order those with equal numbers of papers by name. */
const MORE_AUTHORS = 300;

async function countAuthors(
  http: QdrantHttp,
  collection: string,
  limit: number,
  options?: CallOptions,
): Promise<FacetCount[] | null> {
  const asked = limit + MORE_AUTHORS;
  const [entries = []] = await sendSearches(http, collection, [toBest('author', asked)], options);
  const counts = entries.flatMap((entry) =>
    entry.kind === 'author' ? [{ value: entry.text, count: entry.papers }] : [],
  );
  const least = counts.at(-1)?.count ?? 0;
  const best = counts.sort(byCountThenValue).slice(0, limit);
  const isWhole = counts.length < asked;
  const isClear = least < MOST_RANKED_PAPERS && least < (best.at(-1)?.count ?? 0);
  return isWhole || isClear ? best : null;
}

/** Whether the directory has the authors of all papers as they are now. */
async function fitsPapers(http: QdrantHttp, collection: string, options: CallOptions): Promise<boolean> {
  const [stored, papers] = await Promise.all([
    describeCurrent(http, collection, options),
    readCollection(http, collection, options),
  ]);
  // Other programs and earlier releases also write papers, and record nothing.
  return stored?.outdated === false && stored.points === papers.points_count;
}

async function findEntries(
  http: QdrantHttp,
  collection: string,
  queries: readonly DirectoryQuery[],
  options?: CallOptions,
): Promise<DirectoryEntry[][]> {
  if (queries.length === 0) return [];
  return sendSearches(http, collection, queries.map(toSearch), options);
}

async function sendSearches(
  http: QdrantHttp,
  collection: string,
  searches: readonly Schemas['QueryRequest'][],
  options?: CallOptions,
): Promise<DirectoryEntry[][]> {
  const path = `${toPath(directoryName(collection))}/points/query/batch`;
  const answers = await http
    .send('POST', path, { searches }, isRankings(searches.length), options)
    .catch((error: unknown) => {
      // A directory with another layout answers 400, because it lacks the index that the query needs.
      throw hasStatus(error, 400, 404) ? missingDirectory(collection) : error;
    });
  return answers.map(({ points }) => points.map(({ payload }) => StoredEntry.parse(payload)));
}

/** Adds the indexes and all entries to the new collection. */
async function fill(
  http: QdrantHttp,
  name: string,
  entries: AsyncIterable<readonly DirectoryEntry[]>,
  options?: CallOptions,
): Promise<void> {
  for (const [field, schema] of Object.entries(INDEXES)) {
    await createPayloadIndex(http, name, { field_name: field, field_schema: schema }, options);
  }
  for await (const batch of entries) {
    for (const part of inParts(batch, POINTS_AT_ONCE)) {
      const points = part.map(toPoint);
      await http.send('PUT', `${toPath(name)}/points?wait=true`, { points }, isUpdate, options);
    }
  }
}

/** 404 means that an alias or collection does not exist, 409 that one to be created exists. */
function hasStatus(error: unknown, ...statuses: number[]): boolean {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return statuses.some((each) => each === status);
}

/** Loads from several machines may end at the same time, and one may delete what another has just begun. */
function anotherAtWork(collection: string, cause: unknown): PublicError {
  const message = `Another process is building the directory of ${collection}`;
  return new PublicError('STORE_UNAVAILABLE', message, { cause });
}

function toPoint(entry: DirectoryEntry): Schemas['PointStruct'] {
  return {
    id: toPointId(`${entry.kind} ${entry.kind === 'author' ? entry.text : entry.paperId}`),
    vector: {},
    payload: {
      ...entry,
      [RANKS[entry.kind]]: entryRank(entry),
      prefixes: entryPrefixes(entry),
      ...(entry.kind === 'author' && { keys: entryKeys(entry) }),
    },
  };
}

function toSearch(query: DirectoryQuery): Schemas['QueryRequest'] {
  const best = toBest(query.by === 'keys' ? 'author' : query.kind, query.limit);
  return { ...best, filter: toFilter(query) };
}

/** The entries of a kind with the highest ranks. */
function toBest(kind: DirectoryEntry['kind'], limit: number): Schemas['QueryRequest'] {
  return {
    query: { order_by: { key: RANKS[kind], direction: 'desc' } },
    limit,
    with_payload: { include: SHOWN },
  };
}

function toFilter(query: DirectoryQuery): Filter {
  if (query.by === 'prefixes') {
    const tokens = query.prefixes.map((prefix) => prefixToken(query.kind, prefix));
    return { must: tokens.map((value) => ({ key: 'prefixes', match: { value } })) };
  }
  return {
    should: query.alternatives.map((lists) => ({
      must: lists.map((keys) => ({ key: 'keys', match: { any: [...keys] } })),
    })),
  };
}
