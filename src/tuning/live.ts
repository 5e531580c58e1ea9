import { createLogUpdate } from 'log-update';
import type { Plan, Setting } from './experiments.js';
import type { Raw } from './measure.js';
import type { Observer } from './run.js';
import { formatColumns } from './table.js';
import { mean, percentile } from '../evaluation/statistics.js';
import type { Step } from '../store/tuning.js';

/** A terminal is drawn anew no more often than this. */
const DRAW_EVERY_MS = 100;
/** Off a terminal, one line says so often how far it is. */
const LOG_EVERY_MS = 5_000;

export interface LiveView extends Observer {
  note(line: string): void;
  /** How many queries the run will ask, for the share that is done. */
  expect(queries: number): void;
  stop(): void;
}

/** What a run shows while it runs: a table that fills on a terminal, elsewhere lines. */
export function createLiveView(stream: NodeJS.WriteStream): LiveView {
  return stream.isTTY ? createTableView(stream) : createLogView(stream);
}

function createTableView(stream: NodeJS.WriteStream): LiveView {
  const screen = createLogUpdate(stream);
  const state = createState();
  let drawnAt = 0;
  const draw = () => {
    if (performance.now() - drawnAt < DRAW_EVERY_MS) return;
    drawnAt = performance.now();
    const rows = state.rows();
    const table = rows.length > 0 ? [formatColumns([HEADS, ...rows])] : [];
    screen([state.title(), ...table, `  ${state.doing()}`].join('\n'));
  };
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
    pass(setting, raw) {
      view.pass(setting, raw);
      print(
        `  ${toCells(setting.label, raw)
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
    pass(setting: Setting, raw: Raw) {
      state.pass(setting, raw);
      draw();
    },
    query(setting: Setting) {
      state.query(setting);
      draw();
    },
  };
}

/** What is known so far. */
function createState() {
  let plan: Plan | null = null;
  let rows = new Map<string, string[]>();
  let doing = 'starting';
  let [done, expected] = [0, 0];
  return {
    expect: (queries: number) => (expected = queries),
    begin(next: Plan) {
      plan = next;
      rows = new Map(next.stages.flatMap(({ settings }) => settings.map(({ label }) => [label, [label]])));
    },
    step: ({ name, done: soFar, total }: Step) => {
      doing = `${name.replaceAll('_', ' ')} ${soFar.toLocaleString('en-US')}/${total.toLocaleString('en-US')}`;
    },
    pass: ({ label }: Setting, raw: Raw) => rows.set(label, toCells(label, raw)),
    query: ({ label }: Setting) => {
      done++;
      const share = Math.min(100, Math.floor((100 * done) / Math.max(1, expected)));
      doing = `${share}%: asking with ${label}`;
    },
    title: () => (plan ? `${plan.name}: ${plan.question}` : ''),
    rows: () => [...rows.values()],
    doing: () => doing,
  };
}

function toCells(label: string, { precision, clientMs, serverMs }: Raw): string[] {
  const times = (serverMs ?? clientMs).flat();
  return [
    label,
    `${times.length}`,
    mean(precision).toFixed(4),
    percentile(50, times).toFixed(2),
    percentile(95, times).toFixed(2),
  ];
}
