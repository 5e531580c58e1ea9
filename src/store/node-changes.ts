import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A server of a cluster that is now avoided, or used again. */
export interface NodeChange {
  /** Host and port. */
  node: string;
  isUp: boolean;
  /** The failure, for the operator; absent if the server is up. */
  reason?: string | undefined;
}

/**
 * Reports which servers of a cluster the adapter avoids. Logs and metrics may listen, without being known to the
 * adapter.
 */
const NAME = 'paperql:store-node';
const changes = channel(NAME);

export function publishNodeChange(change: NodeChange): void {
  changes.publish(change);
}

/** @returns a function that stops listening. */
export function onNodeChange(listener: (change: NodeChange) => void): () => void {
  // Only `publishNodeChange` publishes these.
  const receive = (message: unknown) => listener(message as NodeChange);
  subscribe(NAME, receive);
  return () => {
    unsubscribe(NAME, receive);
  };
}
