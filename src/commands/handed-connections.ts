import type { Worker } from 'node:cluster';

/**
 * The message that hands a connection to a process, with the fields used here. The process replies whether it
 * accepted it.
 */
interface Handover {
  act: 'newconn';
  seq: number;
}

interface Accepted {
  ack: number;
}

/**
 * Gives connections to another process if the process that they were handed to ended before it accepted them.
 * Otherwise Node would keep them, waiting for a reply that never comes, and their clients would never get an answer.
 *
 * These messages between processes are internal to Node and not documented:
 * https://github.com/nodejs/node/blob/v20.19.0/lib/internal/cluster/round_robin_handle.js If they change, nothing is
 * found here, and connections are lost as they would be without this.
 */
export function rescueConnections({ process: child }: Worker): void {
  const handed = new Set<number>();
  const send = child.send.bind(child) as (...sent: unknown[]) => boolean; // passed on as it came
  child.send = (...sent: unknown[]) => {
    const [message] = sent;
    if (isHandover(message)) handed.add(message.seq);
    return send(...sent);
  };
  child.on('internalMessage', (message: unknown) => {
    if (isAccepted(message)) handed.delete(message.ack);
  });
  // By then Node hands it no more connections.
  child.once('exit', () => {
    for (const seq of handed) {
      child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: false });
    }
  });
}

function isHandover(message: unknown): message is Handover {
  return isObject(message) && 'act' in message && message.act === 'newconn' && 'seq' in message;
}

function isAccepted(message: unknown): message is Accepted {
  return isObject(message) && 'ack' in message && typeof message.ack === 'number';
}

function isObject(message: unknown): message is object {
  return typeof message === 'object' && message !== null;
}
