import { Client, type ClientOptions, type Transport } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { z } from 'zod';

/** Protocol versions that clients use: one with a handshake, one that sends everything in each request. */
export const PROTOCOLS = ['2025-11-25', '2026-07-28'] as const;

export type ProtocolVersion = (typeof PROTOCOLS)[number];

/** The result of a tool call. */
export interface ToolResult {
  text: string;
  data: unknown;
  isError: boolean;
}

export interface Agent {
  client: Client;
  call(tool: string, values?: Record<string, unknown>): Promise<ToolResult>;
}

const Texts = z.array(z.object({ type: z.literal('text'), text: z.string() }));

/** The SDK's own client, connected. */
export async function connectAgent(transport: Transport, version?: ProtocolVersion): Promise<Agent> {
  const options: ClientOptions = {};
  if (version === '2026-07-28') options.versionNegotiation = { mode: { pin: version } };
  const client = new Client({ name: 'paperql-test', version: '1.0.0' }, options);
  await client.connect(transport);
  return {
    client,
    async call(tool, values = {}) {
      const result = await client.callTool({ name: tool, arguments: values });
      const [content] = Texts.length(1).parse(result.content);
      return {
        text: content?.text ?? '',
        data: result.structuredContent,
        isError: result.isError ?? false,
      };
    },
  };
}

export function connectOverHttp(url: string, version?: ProtocolVersion): Promise<Agent> {
  return connectAgent(new StreamableHTTPClientTransport(new URL('/mcp', url)), version);
}
