import { z } from 'zod';

import { isAnything } from './answers.js';
import { toPath } from './collection.js';
import { createHttp, type QdrantHttp } from './http.js';
import type { Server } from './node.js';
import { PublicError, toError } from '../../errors/errors.js';

/** A server of a cluster, addressed directly rather than as any server that is up. */
export interface Peer {
  server: Server;
  http: QdrantHttp;
}

/** A shard, and the known servers that have a complete replica of it. */
export interface Shard {
  id: number;
  holders: Peer[];
}

/** The time to make or read a snapshot grows with its size. Health checks watch the server during that time. */
const SNAPSHOT_TIMEOUT_MS = 3_600_000;
/** Time limit of each server to describe its shards. */
const CLUSTER_TIMEOUT_MS = 10_000;

const ClusterInfo = z.object({
  peer_id: z.number(),
  local_shards: z.array(
    z.object({ shard_id: z.int(), shard_key: z.unknown().optional(), state: z.string() }),
  ),
  remote_shards: z.array(z.object({ shard_id: z.int(), peer_id: z.number(), state: z.string() })),
  shard_transfers: z.array(z.unknown()).default([]),
});
type ClusterInfo = z.infer<typeof ClusterInfo>;

/** The caller must close the peers. */
export function openPeers(servers: readonly Server[]): Peer[] {
  return servers.map((server) => ({
    server,
    http: createHttp({ ...server, timeoutMs: SNAPSHOT_TIMEOUT_MS }),
  }));
}

/**
 * The shards of a collection by number, each with the servers that have a complete replica of it. A server that does
 * not answer is left out.
 *
 * @param isForWriting whether every replica must be on one of the servers.
 * @throws PublicError that names the missing server, or says what cannot be copied.
 */
export async function listShards(
  peers: readonly Peer[],
  collection: string,
  isForWriting: boolean,
  signal: AbortSignal,
): Promise<Shard[]> {
  const failures: string[] = [];
  const holders = new Map<number, Peer[]>();
  const seen = new Map<number, ClusterInfo>();
  for (const peer of peers) {
    const info = await readCluster(peer, collection, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      failures.push(`${peer.server.host}: ${toError(error).message}`);
      return null;
    });
    if (!info || seen.has(info.peer_id)) continue;
    seen.set(info.peer_id, info);
    for (const { shard_id: id, shard_key: key, state } of info.local_shards) {
      if (key !== null && key !== undefined)
        throw refuse('has shards by key, which PaperQL never makes', collection);
      if (state === 'Active') holders.set(id, [...(holders.get(id) ?? []), peer]);
    }
  }
  const why = failures.length > 0 ? ` (${failures.join('; ')})` : '';
  const everywhere = [...seen.values()].flatMap((info) => [...info.local_shards, ...info.remote_shards]);
  const ids = [...new Set(everywhere.map((shard) => shard.shard_id))].sort((a, b) => a - b);
  if (ids.length === 0) throw refuse(`cannot be read${why}`, collection);
  const missing = ids.filter((id) => !holders.has(id));
  if (missing.length > 0) {
    throw refuse(
      `has shards that are whole at none of the servers in QDRANT_URL: ${missing.join(', ')}${why}`,
      collection,
    );
  }
  const strangers = [...seen.values()]
    .flatMap((info) => info.remote_shards)
    .filter((each) => !seen.has(each.peer_id));
  if (isForWriting && strangers.length > 0) {
    throw refuse(
      `has replicas at servers that QDRANT_URL does not name${why}; name all servers of the cluster`,
      collection,
    );
  }
  return ids.map((id) => ({ id, holders: holders.get(id) ?? [] }));
}

async function readCluster({ http }: Peer, collection: string, signal: AbortSignal): Promise<ClusterInfo> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(CLUSTER_TIMEOUT_MS)]);
  return ClusterInfo.parse(
    await http.send('GET', `${toPath(collection)}/cluster`, undefined, isAnything, { signal: limited }),
  );
}

function refuse(what: string, collection: string): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `The collection "${collection}" ${what}`, { lasting: true });
}
