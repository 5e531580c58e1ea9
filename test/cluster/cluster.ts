import { startRealCluster } from './real-cluster.js';
import { startStandInCluster } from './stand-in-cluster.js';

/** Three nodes of one Qdrant cluster, which can be made to fail. */
export interface Cluster {
  /** What it is, for the report. */
  readonly name: string;
  /** Addresses of the nodes. */
  readonly urls: readonly string[];
  /** Ends a node at once, as when its machine fails. */
  kill(node: number): Promise<void>;
  /** Starts a node that was killed; resolves when it has caught up with the others. */
  restart(node: number): Promise<void>;
  /** Lets a node accept connections and do nothing. */
  freeze(node: number): void;
  /** Lets it go on; resolves when it has caught up with the others. */
  thaw(node: number): Promise<void>;
  close(): Promise<void>;
}

/** A cluster of the binary that QDRANT_BIN names, or of a stand-in where none is named. */
export function startCluster(binary: string | undefined): Promise<Cluster> {
  return binary ? startRealCluster(binary) : startStandInCluster();
}
