import { z } from 'zod';
import { splitList } from './setting-values.js';

const EXPORTERS = ['otlp', 'console', 'none'] as const;
type Exporter = (typeof EXPORTERS)[number];
const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
export type TracingProtocol = (typeof PROTOCOLS)[number];
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
];

/** Where traces are sent, and what they contain. */
export interface TracingConfig {
  exporters: Exclude<Exporter, 'none'>[];
  protocol: TracingProtocol;
  /** Whether spans contain the documents and variables of operations, which show what people search for. */
  queries: boolean;
}

/**
 * OpenTelemetry's variables that determine whether there are traces, and those that are checked at startup.
 * OpenTelemetry's own packages read these and all others. They are only checked if tracing is on, because a platform
 * may set them for every program that it runs.
 */
export const TRACING_VARIABLES = {
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().optional(),
  OTEL_TRACES_SAMPLER: z.string().optional(),
  OTEL_TRACES_SAMPLER_ARG: z.string().optional(),
};

type Variables = Partial<Record<keyof typeof TRACING_VARIABLES, string | undefined>>;

/** Undefined if tracing is off. @param queries see `TracingConfig`. */
export function toTracingConfig(variables: Variables, queries: boolean): TracingConfig | undefined {
  const names = readExporters(variables);
  const exporters = (['otlp', 'console'] as const).filter((name) => names.includes(name));
  if (exporters.length === 0) return undefined;
  const { protocol } = readProtocol(variables);
  return { exporters, protocol: PROTOCOLS.find((each) => each === protocol) ?? 'http/protobuf', queries };
}

/** Mistakes in the variables, by name; empty if tracing is off. */
export function findTracingMistakes(variables: Variables): string[] {
  const names = readExporters(variables);
  if (names.every((name) => name === 'none')) return [];
  const mistakes: string[] = [];
  if (!names.every((name) => EXPORTERS.some((known) => known === name))) {
    mistakes.push(`OTEL_TRACES_EXPORTER: expected ${EXPORTERS.join(', ')}, or several separated by commas`);
  }
  for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const) {
    const address = variables[name];
    if (address !== undefined && !isWebAddress(address)) {
      mistakes.push(`${name}: expected an http:// or https:// URL such as http://localhost:4318`);
    }
  }
  const { name, protocol } = readProtocol(variables);
  if (!PROTOCOLS.some((known) => known === protocol)) {
    mistakes.push(`${name}: expected ${PROTOCOLS.join(' or ')}; a collector takes them at port 4318`);
  }
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share } = variables;
  if (sampler !== undefined && !SAMPLERS.includes(sampler)) {
    mistakes.push(`OTEL_TRACES_SAMPLER: expected one of ${SAMPLERS.join(', ')}`);
  }
  if (sampler?.endsWith('traceidratio') && !isShare(share)) {
    mistakes.push('OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, the share of traces to keep');
  }
  return mistakes;
}

/** An endpoint also turns tracing on. Without one it is off, whereas OpenTelemetry would send traces unasked. */
function readExporters(variables: Variables): string[] {
  if (variables.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return [];
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = variables;
  const isAsked = all !== undefined || own !== undefined;
  const names = variables.OTEL_TRACES_EXPORTER ?? (isAsked ? 'otlp' : 'none');
  return splitList(names);
}

function readProtocol({
  OTEL_EXPORTER_OTLP_PROTOCOL: all,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: own,
}: Variables): { name: string; protocol: string } {
  if (own !== undefined) return { name: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', protocol: own };
  return { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', protocol: all ?? 'http/protobuf' };
}

function isWebAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

function isShare(text: string | undefined): boolean {
  return text !== undefined && /^\s*(0|1|[01]?\.\d+)\s*$/.test(text) && Number(text) <= 1;
}
