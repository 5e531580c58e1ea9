import type { Worker } from 'node:cluster';

/** How a connection is handed to a process, as far as it matters here. The process says whether it has accepted it. */
interface Handover {
  act: 'newconn';
  seq: number;
}

interface Accepted {
  ack: number;
}

/**
 * Gives the connections that a process was handed, and did not live to accept, to another one. Node keeps them until the process
 * answers, which it never does, so that their clients would wait in vain.
 *
 * What the processes tell each other is Node's own affair, and not documented:
 * https://github.com/nodejs/node/blob/v20.19.0/lib/internal/cluster/round_robin_handle.js
 * If that changes, nothing is found here, and connections are lost as before.
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
  // By then Node hands it no more.
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
