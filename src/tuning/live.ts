import { createLogUpdate } from 'log-update';
import type { Plan, Setting } from './experiments.js';
import { cutLines, fitTable } from './live-table.js';
import type { Raw } from './measure.js';
import type { Observer } from './run.js';
import { mean, percentile } from '../evaluation/statistics.js';
import type { Step } from '../store/tuning.js';

/** Minimum time between two redraws of a terminal. */
const DRAW_EVERY_MS = 100;
/** Time between two progress lines if the output is not a terminal. */
const LOG_EVERY_MS = 5_000;

export interface LiveView extends Observer {
  note(line: string): void;
  /** Sets the number of queries that the run will send, from which progress is computed. */
  expect(queries: number): void;
  stop(): void;
}

/**
 * Output during a run: on a terminal a table that fills up, otherwise lines.
 *
 * @param signal when it is aborted, the screen is cleared for the message about that.
 */
export function createLiveView(stream: NodeJS.WriteStream, signal: AbortSignal): LiveView {
  return stream.isTTY ? createTableView(stream, signal) : createLogView(stream);
}

/** The title and the current activity. */
const LINES_BESIDE = 3;

function createTableView(stream: NodeJS.WriteStream, signal: AbortSignal): LiveView {
  const screen = createLogUpdate(stream);
  const state = createState();
  let drawnAt = 0;
  const draw = () => {
    if (performance.now() - drawnAt < DRAW_EVERY_MS) return;
    drawnAt = performance.now();
    const size = { columns: stream.columns, rows: stream.rows };
    const rows = state.rows();
    const table =
      rows.length > 0 ? [fitTable([HEADS, ...rows], state.present() + 1, size, LINES_BESIDE)] : [];
    const line = (text: string) => cutLines(text, size.columns);
    screen([line(state.title()), ...table, line(`  ${state.doing()}`)].join('\n'));
  };
  signal.addEventListener('abort', () => screen.clear());
  return {
    ...withDrawing(state, draw),
    note(line) {
      screen.clear();
      stream.write(`${line}\n`);
    },
    stop: () => {
      screen.clear();
      screen.done();
    },
  };
}

function createLogView(stream: NodeJS.WriteStream): LiveView {
  const state = createState();
  let loggedAt = performance.now();
  const print = (line: string) => {
    stream.write(`${line}\n`);
  };
  const printSometimes = () => {
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = performance.now();
    print(state.doing());
  };
  const view = withDrawing(state, printSometimes);
  return {
    ...view,
    experiment(plan) {
      view.experiment(plan);
      print(state.title());
    },
    pass(setting, raw, problem) {
      view.pass(setting, raw, problem);
      print(
        `  ${toCells(setting.label, raw, problem)
          .map((cell, at) => `${LOG_NAMES[at] ?? ''}${cell}`)
          .join('  ')}`,
      );
    },
    note: print,
    stop: () => undefined,
  };
}

const HEADS = ['setting', 'asked', 'precision', 'p50 ms', 'p95 ms'];
const LOG_NAMES = ['', 'asked ', 'precision ', 'p50 ms ', 'p95 ms '];

function withDrawing(state: ReturnType<typeof createState>, draw: () => void) {
  return {
    expect: state.expect,
    experiment(plan: Plan) {
      state.begin(plan);
      draw();
    },
    step(step: Step) {
      state.step(step);
      draw();
    },
    pass(setting: Setting, raw: Raw, problem: string | null) {
      state.pass(setting, raw, problem);
      draw();
    },
    query(setting: Setting) {
      state.query(setting);
      draw();
    },
  };
}

/** State of the run so far. */
function createState() {
  let plan: Plan | null = null;
  let rows = new Map<string, string[]>();
  let doing = 'starting';
  let asked = '';
  let [done, expected] = [0, 0];
  return {
    expect: (queries: number) => (expected = queries),
    begin(next: Plan) {
      plan = next;
      rows = new Map(next.stages.flatMap(({ settings }) => settings.map(({ label }) => [label, [label]])));
    },
    step: ({ name, done: soFar, total }: Step) => {
      const ofAll = total === undefined ? '' : `/${total.toLocaleString('en-US')}`;
      doing = `${name.replaceAll('_', ' ')} ${soFar.toLocaleString('en-US')}${ofAll}`;
    },
    pass: ({ label }: Setting, raw: Raw, problem: string | null) =>
      rows.set(label, toCells(label, raw, problem)),
    query: ({ label }: Setting) => {
      done++;
      asked = label;
      const share = Math.min(100, Math.floor((100 * done) / Math.max(1, expected)));
      doing = `${share}%: asking with ${label}`;
    },
    title: () => (plan ? `${plan.name}: ${plan.question}` : ''),
    rows: () => [...rows.values()],
    /** Index of the row that is being measured. */
    present: () => Math.max(0, [...rows.keys()].indexOf(asked)),
    doing: () => doing,
  };
}

function toCells(label: string, { precision, clientMs, serverMs }: Raw, problem: string | null): string[] {
  const times = (serverMs ?? clientMs).flat();
  return [
    label,
    `${times.length}`,
    problem === null ? mean(precision).toFixed(4) : 'not indexed',
    percentile(50, times).toFixed(2),
    percentile(95, times).toFixed(2),
  ];
}
