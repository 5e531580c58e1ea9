import { EXIT_CODES } from './loading.js';
import { loadTracing } from '../server/tracing.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import type { ObserveBatch } from '../ingest/load.js';
import type { LoadTarget } from '../ingest/run-load.js';
import type { Summary } from '../ingest/summary.js';
import { toPlainStore } from '../store/plain-store.js';
import type { PaperStore } from '../store/store.js';
import type { OaiServer } from '../sync/oai-server.js';
import type { Span, Tracing } from '../telemetry/tracing.js';

/**
 * Runs a command with traces if they are configured, and sends the remaining ones at its end. Otherwise no tracing
 * code is loaded.
 */
export async function withTracing<Result>(
  config: Config,
  run: (tracing: Tracing | undefined) => Promise<Result>,
): Promise<Result> {
  const say = (facts: object, message: string) => {
    const problem = 'err' in facts && facts.err instanceof Error ? `: ${facts.err.message}` : '';
    console.error(`${message}${problem}`);
  };
  const tracing = await loadTracing(config, { info: say, warn: say });
  try {
    return await run(tracing);
  } finally {
    await tracing?.close();
  }
}

/**
 * Runs a load as the start of a trace, or as part of the trace of its sync. Each batch has its own trace, which is
 * linked to that of the load.
 */
export function traceLoad(
  tracing: Tracing | undefined,
  target: LoadTarget,
  run: (target: LoadTarget) => Promise<Summary>,
): Promise<Summary> {
  if (!tracing) return run(target);
  const { collection } = target.store;
  const traced = {
    name: `load ${collection}`,
    isRemote: false,
    attributes: { 'db.collection.name': collection },
  };
  const work = async (span?: Span) => {
    const summary = await run(toTracedTarget(target, tracing));
    span?.setAttributes({ 'paperql.load.status': summary.status, ...toCountAttributes(summary.counts) });
    if (span && summary.status === 'stopped') tracing.fail(span, summary.status);
    return summary;
  };
  return tracing.current() ? tracing.trace(traced, work) : tracing.traceApart(traced, work);
}

function toTracedTarget(target: LoadTarget, tracing: Tracing): LoadTarget {
  return {
    ...target,
    store: traceStore(target.store, tracing),
    embedder: traceEmbedder(target.embedder, tracing),
    observeBatch: createBatchTracer(tracing, target.store.collection),
  };
}

function createBatchTracer(tracing: Tracing, collection: string): ObserveBatch {
  return ({ reading: { startedAt, endedAt }, ...batch }, store) => {
    const attributes = { 'db.collection.name': collection, 'paperql.batch.records': batch.records.length };
    return tracing.traceApart(
      { name: `batch ${collection}`, isRemote: false, attributes },
      async (span) => {
        const read = { 'paperql.batch.lines': batch.read, 'paperql.batch.rejected': batch.rejected.length };
        tracing.note({ name: 'parse', isRemote: false, attributes: read }, startedAt, endedAt);
        const outcome = await store();
        span.setAttributes(toCountAttributes(outcome));
        return outcome;
      },
      startedAt,
    );
  };
}

function toCountAttributes(counts: Record<'new' | 'updated' | 'unchanged' | 'embedded', number>) {
  return {
    'paperql.papers.new': counts.new,
    'paperql.papers.updated': counts.updated,
    'paperql.papers.unchanged': counts.unchanged,
    'paperql.papers.embedded': counts.embedded,
  };
}

/** The store, with a span for each call by a load. */
function traceStore(store: PaperStore, { observeCall }: Tracing): PaperStore {
  const plain = toPlainStore(store);
  const { revision } = plain.directory;
  const call = <Result>(name: string, size: number, run: () => Promise<Result>) =>
    observeCall({ name, size, store }, run);
  return {
    ...plain,
    retrieve: (ids, fields, options) =>
      call('retrieve', ids.length, () => plain.retrieve(ids, fields, options)),
    vectors: (ids, options) => call('vectors', ids.length, () => plain.vectors(ids, options)),
    upsertEncoded: (points, options) =>
      call('upsert', points.count, () => plain.upsertEncoded(points, options)),
    create: (metadata, settings, options) =>
      call('create', 1, () => plain.create(metadata, settings, options)),
    setVectorIndexing: (mode, options) =>
      call('setVectorIndexing', 1, () => plain.setVectorIndexing(mode, options)),
    optimize: (options) => call('optimize', 1, () => plain.optimize(options)),
    renew: (options) => call('renew', 1, () => plain.renew(options)),
    directory: {
      ...plain.directory,
      replace: (entries, info, options) =>
        call('replaceDirectory', 1, () => plain.directory.replace(entries, info, options)),
      revision: revision && {
        authorsOf: (names, options) => revision.authorsOf(names, options),
        revise: (change, options) => call('reviseDirectory', 1, () => revision.revise(change, options)),
      },
    },
  };
}

function traceEmbedder(embedder: Embedder, tracing: Tracing): Embedder {
  return {
    ...embedder,
    embed: (texts, options) => tracing.traceEmbedding(texts.length, () => embedder.embed(texts, options)),
  };
}

/** Runs a sync as the start of a trace, and returns its exit code. */
export function traceSync(
  tracing: Tracing | undefined,
  collection: string,
  run: () => Promise<number>,
): Promise<number> {
  if (!tracing) return run();
  const attributes = { 'db.collection.name': collection };
  return tracing.traceApart({ name: `sync ${collection}`, isRemote: false, attributes }, async (span) => {
    const code = await run();
    if (code === EXIT_CODES.stopped) tracing.fail(span, 'stopped');
    return code;
  });
}

/** The server, with a span for each requested page, including waits. The requests do not carry the trace. */
export function traceOaiServer(server: OaiServer, tracing: Tracing | undefined): OaiServer {
  if (!tracing) return server;
  return {
    ...server,
    ask: (asked, begin) => {
      const traced = { name: `receive ${asked['verb'] ?? ''}`, isRemote: true };
      return tracing.trace(traced, () => server.ask(asked, begin));
    },
  };
}
