import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

/** A search; times are `performance.now()`. */
export interface Searched {
  startedAt: number;
  endedAt: number;
  /** What was wrong with the answer; null if nothing was. */
  problem: string | null;
}

export interface Searches {
  /** Searches that have ended. */
  readonly ended: readonly Searched[];
  /** Resolves when this many more have ended. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

const PAGE = 10;
/** Suggested names; the papers have more. */
const NAMES = 5;
/** Searches in flight at each server. */
const AT_ONCE = 2;
const PAUSE_MS = 10;
/** Far longer than a server's own time limit; without one, a search without an answer would never end. */
const LIMIT_MS = 60_000;

const SEARCH = `query ($query: String!) {
  search(query: $query, interpret: false, first: ${PAGE}) {
    nodes { paper { id title } }
    totalCount
    degraded { message }
  }
  suggest(prefix: "ada aut", kinds: [AUTHOR], first: ${NAMES}) { text paperCount }
}`;

const Answer = z.object({
  data: z.object({
    search: z
      .object({
        nodes: z.array(z.object({ paper: z.object({ id: z.string(), title: z.string().min(1) }) })),
        totalCount: z.number().nullable(),
        degraded: z.object({ message: z.string() }).nullable(),
      })
      .nullable(),
    suggest: z.array(z.object({ text: z.string(), paperCount: z.int().positive() })).nullable(),
  }),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/**
 * Searches the servers by meaning and words, and asks for suggestions of names, until it is stopped.
 *
 * @param papers minimum number of papers that every answer must count.
 */
export function startSearches(servers: readonly string[], papers: number): Searches {
  const ended: Searched[] = [];
  let isStopped = false;
  let count = 0;

  async function searchOn(server: string): Promise<void> {
    while (!isStopped) {
      const startedAt = performance.now();
      const problem = await searchOnce(server, `subject ${count++ % 500}`, papers);
      ended.push({ startedAt, endedAt: performance.now(), problem });
      await setTimeout(PAUSE_MS);
    }
  }

  const running = servers.flatMap((server) => Array.from({ length: AT_ONCE }, () => searchOn(server)));
  return {
    ended,
    async more(wanted) {
      const until = ended.length + wanted;
      while (ended.length < until) await setTimeout(PAUSE_MS);
    },
    async stop() {
      isStopped = true;
      await Promise.all(running);
    },
  };
}

async function searchOnce(server: string, query: string, papers: number): Promise<string | null> {
  try {
    const response = await fetch(`${server}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: SEARCH, variables: { query } }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const { data, errors } = Answer.parse(await response.json());
    return errors?.[0]?.message ?? findPoverty(data, papers);
  } catch (error) {
    return String(error);
  }
}

function findPoverty({ search, suggest }: z.infer<typeof Answer>['data'], papers: number): string | null {
  if (suggest?.length !== NAMES) return `${suggest?.length ?? 'no'} names instead of ${NAMES}`;
  if (!search) return 'no answer, and no error';
  if (search.degraded) return search.degraded.message;
  const found = new Set(search.nodes.map(({ paper }) => paper.id)).size;
  if (found !== PAGE) return `${found} papers instead of ${PAGE}`;
  const { totalCount } = search;
  return totalCount !== null && totalCount >= papers ? null : `a corpus of ${totalCount} papers`;
}
