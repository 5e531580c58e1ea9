import type { Cluster } from './cluster.js';
import { startQdrantServer, type QdrantServer } from '../support/qdrant-server.js';
import { createQdrantStandIn } from '../support/qdrant-stand-in.js';

interface Gate {
  opened: Promise<void>;
  open: () => void;
}

/** Three addresses of one stand-in. Like a real node, a frozen one executes its requests when it resumes. */
export async function startStandInCluster(): Promise<Cluster> {
  const killed = new Set<number>();
  const gates = new Map<number, Gate>();
  const carryOut = createQdrantStandIn(() => killed.size + gates.size === 0);

  async function startNode(node: number): Promise<QdrantServer> {
    return startQdrantServer(async (request) => {
      await gates.get(node)?.opened;
      return carryOut(request);
    });
  }

  const nodes = [await startNode(0), await startNode(1), await startNode(2)];
  const nodeAt = (node: number): QdrantServer => {
    const found = nodes[node];
    if (!found) throw new Error(`There is no node ${node}`);
    return found;
  };
  const thaw = (node: number) => {
    gates.get(node)?.open();
    gates.delete(node);
    return Promise.resolve();
  };
  return {
    name: 'a stand-in of Qdrant, as QDRANT_BIN names no binary',
    urls: nodes.map(({ url }) => url),
    kill(node) {
      killed.add(node);
      return nodeAt(node).goAway();
    },
    async restart(node) {
      await nodeAt(node).comeBack();
      killed.delete(node);
    },
    freeze: (node) => void gates.set(node, createGate()),
    thaw,
    async close() {
      for (const node of nodes.keys()) await thaw(node);
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

function createGate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
