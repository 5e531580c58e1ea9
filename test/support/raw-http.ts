import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectByTls } from 'node:tls';

/** An answer as sent over the wire. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/**
 * Opens a connection that can send what no HTTP client would.
 *
 * @param ca the certificate to trust, for `https:` addresses.
 */
export async function openSocket(url: string, ca?: string): Promise<Socket> {
  const { protocol, hostname, port } = new URL(url);
  const socket =
    protocol === 'https:'
      ? connectByTls(Number(port), hostname, { ca, ALPNProtocols: ['http/1.1'] })
      : connect(Number(port), hostname);
  await once(socket, protocol === 'https:' ? 'secureConnect' : 'connect');
  // These tests expect the server to cut connections.
  socket.on('error', () => undefined);
  return socket;
}

/** A request for an operation. Apart from the headers of the body, a server needs only `Host`. */
export function toPost(query: string, variables: Record<string, unknown> = {}): string {
  const body = JSON.stringify({ query, variables });
  return [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** Sends the text, and reads this many answers, or as many as arrive before the server closes the connection. */
export async function exchange(
  url: string,
  text: string,
  answers = Infinity,
  ca?: string,
): Promise<RawAnswer[]> {
  const socket = await openSocket(url, ca);
  socket.write(text);
  const found = await readAnswers(socket, answers);
  socket.destroy();
  return found;
}

/** Reads answers from the connection; each must have a `Content-Length`. */
export async function readAnswers(socket: Socket, answers = Infinity): Promise<RawAnswer[]> {
  const found: RawAnswer[] = [];
  let rest = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    socket.once('close', resolve);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let cut = cutAnswer(rest); cut; cut = cutAnswer(rest)) {
        found.push(cut.answer);
        rest = rest.subarray(cut.end);
      }
      if (found.length >= answers) resolve();
    });
  });
  return found;
}

function cutAnswer(bytes: Buffer): { answer: RawAnswer; end: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const start = headEnd + 4;
  const end = start + Number(headers.get('content-length') ?? 0);
  if (bytes.length < end) return undefined;
  const answer = { status: Number(first.split(' ')[1]), headers, body: bytes.toString('utf8', start, end) };
  return { answer, end };
}
