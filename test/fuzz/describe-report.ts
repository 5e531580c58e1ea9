import type { Finding } from './findings.js';
import type { FuzzOptions, FuzzReport } from './fuzz.js';

const MOST_SHOWN = 3_000;

/** The findings, and how to reproduce them. */
export function describeReport(report: FuzzReport, { seed }: FuzzOptions): string {
  const { before, after } = report.heapBytes;
  const summary = [
    `seed ${seed}: ${report.sent} requests, ${report.served} of them executed, ${report.findings.length} findings`,
    `statuses ${JSON.stringify(report.statuses)}`,
    `longest wait of the second client ${report.worstWaitMs} ms`,
    `heap ${toMiB(before)} MiB after the first operations, ${toMiB(after)} MiB at the end`,
  ];
  return [summary.join('; '), ...report.findings.map((finding) => describe(finding, seed))].join('\n\n');
}

function describe({ complaint, index, request }: Finding, seed: number): string {
  const lines = [complaint];
  if (index !== undefined) lines.push(`again: npm run fuzz -- --seed ${seed} --from ${index} --count 1`);
  if (request) {
    lines.push(`${request.method} ${shorten(request.path)} ${JSON.stringify(request.headers)}`);
    if (request.body !== undefined) lines.push(shorten(request.body));
  }
  return lines.join('\n');
}

function shorten(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}… (${text.length} characters)` : text;
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
