import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A server of a cluster that is no longer asked, or is asked again. */
export interface NodeChange {
  /** Host and port. */
  node: string;
  isUp: boolean;
  /** What it did, for the operator; absent when it is up. */
  reason?: string | undefined;
}

/**
 * Where the adapter of a cluster says which of its servers it avoids: those who run the store may listen, for a log or for metrics,
 * without being known to the adapter.
 */
const NAME = 'paperql:store-node';
const changes = channel(NAME);

export function publishNodeChange(change: NodeChange): void {
  changes.publish(change);
}

/** @returns stops listening. */
export function onNodeChange(listener: (change: NodeChange) => void): () => void {
  // Published by `publishNodeChange` alone.
  const receive = (message: unknown) => listener(message as NodeChange);
  subscribe(NAME, receive);
  return () => {
    unsubscribe(NAME, receive);
  };
}
