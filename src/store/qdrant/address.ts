/** Where a Qdrant server is, and what every request to it carries. */
export interface Server {
  /** Scheme, host and port, without path. */
  origin: string;
  host: string;
  /** Path prefix of every request, without a trailing slash: `/qdrant` when a proxy serves it there, mostly empty. */
  prefix: string;
  headers: Record<string, string>;
  timeoutMs: number;
}

export interface ServerOptions {
  url: string;
  apiKey?: string | undefined;
  timeoutMs: number;
  /** Lets the server compress its answers: for far-away servers, it costs more than it saves on a local network. */
  compression: boolean;
}

export function toServer({ url, apiKey, timeoutMs, compression }: ServerOptions): Server {
  const { origin, host, pathname } = new URL(url);
  return {
    origin,
    host,
    prefix: pathname.replace(/\/+$/, ''),
    headers: {
      'accept-encoding': compression ? 'gzip' : 'identity',
      ...(apiKey !== undefined && { 'api-key': apiKey }),
    },
    timeoutMs,
  };
}
