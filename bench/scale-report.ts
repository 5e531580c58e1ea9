/** Measurements of a collection of one size. Figures that the system or the store does not report are null. */
export interface ScaleFigures {
  papers: number;
  store: string;
  load: LoadFigures;
  server: { startMb: number | null; peakMb: number | null };
  questions: QuestionFigures[];
}

export interface LoadFigures {
  seconds: number;
  cpuSeconds: number | null;
  peakMb: number | null;
  diskMb: number | null;
  /** Versions of tables that were replaced. */
  replacedVersions: number | null;
}

export interface QuestionFigures {
  name: string;
  firstMs: number;
  /** For the requests after the first, which are all distinct. */
  p50Ms: number;
  p95Ms: number;
  /** Processor time of the server per request after the first. */
  cpuMs: number | null;
  /** The longest time during which the event loop was blocked. */
  heldMs: number | null;
}

export function toSizeReport({ papers, store, load, server, questions }: ScaleFigures): string {
  return [
    `\n## ${papers.toLocaleString('en-US')} papers, ${store}\n`,
    '| question | first ms | p50 ms | p95 ms | CPU ms | event loop blocked ms |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...questions.map(
      ({ name, firstMs, p50Ms, p95Ms, cpuMs, heldMs }) =>
        `| ${[name, ...[firstMs, p50Ms, p95Ms, cpuMs, heldMs].map(toText)].join(' | ')} |`,
    ),
    '',
    `Loading: ${toText(load.seconds)} s, ${toText(load.cpuSeconds)} s of processor time, ` +
      `at most ${toText(load.peakMb)} MiB of memory; ${toText(load.diskMb)} MB on disk, ` +
      `${load.replacedVersions ?? 'unknown'} replaced versions.`,
    `The server's memory: ${toText(server.startMb)} MiB after its start, at most ${toText(server.peakMb)} MiB.`,
  ].join('\n');
}

/**
 * How the figures grow with the number of papers. Uses processor time, which other work on the machine distorts
 * least.
 */
export function toGrowth(
  measured: readonly ScaleFigures[],
): { name: string; unit: string; values: (number | null)[] }[] {
  const each = (name: string, unit: string, read: (figures: ScaleFigures) => number | null) => ({
    name,
    unit,
    values: measured.map(read),
  });
  const names = measured[0]?.questions.map(({ name }) => name) ?? [];
  return [
    ...names.map((name) =>
      each(name, 'CPU ms', ({ questions }) => questions.find((other) => other.name === name)?.cpuMs ?? null),
    ),
    each('loading, processor time', 's', ({ load }) => load.cpuSeconds),
    each('loading, memory', 'MiB', ({ load }) => load.peakMb),
    each('disk', 'MB', ({ load }) => load.diskMb),
    each('server, memory', 'MiB', ({ server }) => server.peakMb),
  ];
}

export function toGrowthTable(measured: readonly ScaleFigures[]): string {
  return [
    '\n## Growth\n',
    `| papers | ${measured.map(({ papers }) => papers.toLocaleString('en-US')).join(' | ')} |`,
    `| --- | ${measured.map(() => '---:').join(' | ')} |`,
    ...toGrowth(measured).map(
      ({ name, unit, values }) => `| ${name}, ${unit} | ${values.map(toText).join(' | ')} |`,
    ),
  ].join('\n');
}

/** At least three digits. */
export function toText(number: number | null): string {
  if (number === null) return 'unknown';
  return number >= 100 ? Math.round(number).toLocaleString('en-US') : number.toFixed(number < 10 ? 1 : 0);
}
