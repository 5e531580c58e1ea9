import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Cluster } from './cluster.js';

const HOST = '127.0.0.1';
const LOOK_EVERY_MS = 200;
/** A node that has not caught up by then never will. */
const PATIENCE_MS = 180_000;

interface Node {
  url: string;
  /** The address at which the other nodes reach it. */
  peerUrl: string;
  folder: string;
  environment: Record<string, string>;
  process: ChildProcess | null;
}

/** Three processes of the binary on loopback, with storage in their own folder. */
export async function startRealCluster(binary: string): Promise<Cluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-cluster-'));
  const nodes = [await planNode(folder, 0), await planNode(folder, 1), await planNode(folder, 2)];
  const nodeAt = (node: number): Node => {
    const found = nodes[node];
    if (!found) throw new Error(`There is no node ${node}`);
    return found;
  };
  const start = (node: Node) => startNode(binary, node, nodeAt(0));
  for (const node of nodes) {
    start(node);
    await until(`${node.url} is ready`, () => isReady(node));
  }
  await until('all nodes know each other', () => areJoined(nodes));
  const caughtUp = () => until('all nodes have caught up', () => areCaughtUp(nodes));

  return {
    name: `three processes of ${binary}`,
    urls: nodes.map(({ url }) => url),
    kill: (node) => end(nodeAt(node)),
    restart(node) {
      start(nodeAt(node));
      return caughtUp();
    },
    freeze: (node) => void nodeAt(node).process?.kill('SIGSTOP'),
    thaw(node) {
      nodeAt(node).process?.kill('SIGCONT');
      return caughtUp();
    },
    async close() {
      await Promise.all(nodes.map(end));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function planNode(parent: string, index: number): Promise<Node> {
  const folder = path.join(parent, `node-${index}`);
  await mkdir(folder);
  const [port, grpcPort, peerPort] = [await freePort(), await freePort(), await freePort()];
  return {
    url: `http://${HOST}:${port}`,
    peerUrl: `http://${HOST}:${peerPort}`,
    folder,
    environment: {
      QDRANT__SERVICE__HOST: HOST,
      QDRANT__SERVICE__HTTP_PORT: String(port),
      QDRANT__SERVICE__GRPC_PORT: String(grpcPort),
      QDRANT__CLUSTER__ENABLED: 'true',
      QDRANT__CLUSTER__P2P__PORT: String(peerPort),
      QDRANT__STORAGE__STORAGE_PATH: path.join(folder, 'storage'),
      QDRANT__STORAGE__SNAPSHOTS_PATH: path.join(folder, 'snapshots'),
      QDRANT__TELEMETRY_DISABLED: 'true',
      QDRANT__LOG_LEVEL: 'ERROR',
    },
    process: null,
  };
}

function startNode(binary: string, node: Node, first: Node): void {
  const joining = node === first ? [] : ['--bootstrap', first.peerUrl];
  const { PATH = '', HOME = '' } = process.env;
  node.process = spawn(binary, ['--uri', node.peerUrl, ...joining], {
    cwd: node.folder,
    env: { PATH, HOME, ...node.environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function end(node: Node): Promise<void> {
  const { process: running } = node;
  node.process = null;
  if (running?.exitCode !== null || running.signalCode !== null) return;
  const exited = once(running, 'exit');
  running.kill('SIGKILL');
  await exited;
}

async function isReady({ url }: Node): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).ok;
}

const Peers = z.object({ result: z.object({ peers: z.record(z.string(), z.unknown()) }) });

async function areJoined(nodes: readonly Node[]): Promise<boolean> {
  const counts = await Promise.all(
    nodes.map(async ({ url }) => Object.keys(Peers.parse(await read(`${url}/cluster`)).result.peers).length),
  );
  return counts.every((count) => count === nodes.length);
}

const Collections = z.object({
  result: z.object({ collections: z.array(z.object({ name: z.string() })) }),
});

const State = z.object({ state: z.string() });
const Shards = z.object({
  result: z.object({
    local_shards: z.array(State),
    remote_shards: z.array(State),
    shard_transfers: z.array(z.unknown()),
  }),
});

/** Whether every node is ready and reports every replica of every collection as active. */
async function areCaughtUp(nodes: readonly Node[]): Promise<boolean> {
  const running = nodes.filter((node) => node.process !== null);
  for (const node of running) {
    if (!(await isReady(node))) return false;
    const { collections } = Collections.parse(await read(`${node.url}/collections`)).result;
    for (const { name } of collections) {
      const { result } = Shards.parse(await read(`${node.url}/collections/${name}/cluster`));
      const replicas = [...result.local_shards, ...result.remote_shards];
      if (result.shard_transfers.length > 0 || replicas.some(({ state }) => state !== 'Active')) return false;
    }
  }
  return true;
}

async function read(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

/** A failure means that this is not true yet. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > giveUpAt) throw new Error(`This never became true: ${what}`);
    await setTimeout(LOOK_EVERY_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo; // an address: the server listens on a port
  await new Promise((resolve) => server.close(resolve));
  return port;
}
