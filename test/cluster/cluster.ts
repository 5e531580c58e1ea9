import { startRealCluster } from './real-cluster.js';
import { startStandInCluster } from './stand-in-cluster.js';

/** A Qdrant cluster of three nodes that can be made to fail. */
export interface Cluster {
  /** A description for the report. */
  readonly name: string;
  /** Addresses of the nodes. */
  readonly urls: readonly string[];
  /** Kills a node, as when its machine fails. */
  kill(node: number): Promise<void>;
  /** Starts a killed node; resolves when it has caught up with the others. */
  restart(node: number): Promise<void>;
  /** Freezes a node: it accepts connections but does nothing. */
  freeze(node: number): void;
  /** Lets it continue; resolves when it has caught up with the others. */
  thaw(node: number): Promise<void>;
  close(): Promise<void>;
}

/** A cluster of the binary in QDRANT_BIN, or of a stand-in if there is none. */
export function startCluster(binary: string | undefined): Promise<Cluster> {
  return binary ? startRealCluster(binary) : startStandInCluster();
}
