import type { Draw } from './draw.js';
import { queriesPerSecond, sideOf } from './figures.js';
import { toPlots } from './plots.js';
import { toCommands } from './recommend.js';
import type { Experiment, Measurement, Report } from './report.js';
import { indexInWords } from './settings.js';
import { formatBytes } from './table.js';
import type { Estimate } from '../evaluation/statistics.js';

/** The report as a self-contained page with text, tables, and plots as SVG. */
export async function toPage(report: Report, draw: Draw): Promise<string> {
  const sections: string[] = [];
  for (const experiment of report.experiments) sections.push(await toSection(experiment, report, draw));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(report.name)} · PaperQL tuning</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(report.name)}</h1>
<p class="lead">${escape(toLead(report))}</p>
${sections.join('\n')}
${toSkipped(report.skipped)}
<section>
<h2>How it was measured</h2>
${toDefinitions(toConditions(report))}
</section>
</main>
</body>
</html>
`;
}

function toLead({ store, queries, parameters }: Report): string {
  return (
    `${store.collection} at ${store.address}: ${store.points.toLocaleString('en-US')} papers of ${store.dimension} numbers, ` +
    `${indexInWords(store.index)}. ${queries.source}; k = ${parameters.k}.`
  );
}

async function toSection(experiment: Experiment, report: Report, draw: Draw): Promise<string> {
  const figures: string[] = [];
  for (const { title, description, spec } of toPlots(experiment)) {
    figures.push(
      `<figure><h3>${escape(title)}</h3><div role="img" aria-label="${escape(description)}">${await draw(spec)}</div>` +
        `<figcaption>${escape(description)}</figcaption></figure>`,
    );
  }
  const problems = [...new Set(experiment.measurements.flatMap(({ problem }) => problem ?? []))];
  return `<section>
<h2>${escape(experiment.name)}</h2>
<p>${escape(experiment.question)}</p>
${toAdvice(experiment, report)}
${problems.map((problem) => `<p class="problem">${escape(problem)}</p>`).join('\n')}
${toTable(experiment)}
<div class="figures">
${figures.join('\n')}
</div>
${toSkipped(experiment.skipped)}
</section>`;
}

function toAdvice(experiment: Experiment, report: Report): string {
  const { recommendation } = experiment;
  const commands = toCommands(experiment, report);
  const code = commands.length > 0 ? `<pre><code>${escape(commands.join('\n'))}</code></pre>` : '';
  return `<div class="advice"><p>${escape(recommendation.sentence)}</p>${code}</div>`;
}

function toTable({ measurements }: Experiment): string {
  const hasServer = sideOf(measurements) === 'server';
  const hasThroughput = measurements.some(({ throughput }) => throughput !== null);
  const heads = [
    '#',
    'setting',
    'precision',
    ...(hasServer ? ['server mean', 'p50', 'p95', 'p99'] : []),
    'client mean',
    'p50',
    'p95',
    'p99',
    'queries/s',
    ...(hasThroughput ? ['at once'] : []),
  ];
  const rows = measurements.map((measurement, at) =>
    toRow(measurement, at + 1, { hasServer, hasThroughput }),
  );
  return `<div class="scroll"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>
<p class="note">Milliseconds; grey: 95% intervals. Queries/s: one at a time, by the ${sideOf(measurements)}'s median.</p>`;
}

function toRow(
  measurement: Measurement,
  number: number,
  { hasServer, hasThroughput }: { hasServer: boolean; hasThroughput: boolean },
): string {
  const { label, precision, serverMs, clientMs, throughput } = measurement;
  const times = (side: Measurement['clientMs']) =>
    [side.mean, side.p50, side.p95, side.p99].map((estimate) => toCell(estimate, 2));
  const cells = [
    precision ? toCell(precision, 4) : '<td>not indexed</td>',
    ...(hasServer && serverMs ? times(serverMs) : []),
    ...times(clientMs),
    `<td>${queriesPerSecond(measurement).toFixed(0)}</td>`,
    ...(hasThroughput ? [`<td>${throughput ? throughput.queriesPerSecond.toFixed(0) : ''}</td>`] : []),
  ];
  return `<tr><td>${number}</td><th scope="row">${escape(label)}</th>${cells.join('')}</tr>`;
}

function toCell({ value, low, high }: Estimate, digits: number): string {
  return `<td>${value.toFixed(digits)}<small>${low.toFixed(digits)}–${high.toFixed(digits)}</small></td>`;
}

function toSkipped(skipped: Report['skipped']): string {
  if (skipped.length === 0) return '';
  const items = skipped.map(({ label, reason }) => `<li>${escape(label)}: ${escape(reason)}</li>`);
  return `<p>Skipped:</p><ul>${items.join('')}</ul>`;
}

function toConditions(report: Report): [string, string][] {
  const { parameters, machine, versions, experiments } = report;
  const { k, window = k } = parameters;
  const asked = window > k ? ` among the first ${k} of ${window} that were asked for` : '';
  const memory = [
    ...new Set(experiments.flatMap(({ builds }) => builds.map((build) => build.memory.partsFrom))),
  ];
  return [
    ['queries', report.queries.source],
    [
      'protocol',
      `each query ${parameters.repeats} times, one at a time, after a warm-up; settings of one index take turns in an order that is shuffled each time (seed ${parameters.seed}), indexes come one after another; exact answers computed once`,
    ],
    [
      'precision',
      `share of the exact ${parameters.k} that were found${asked}; papers as near as the last count as right`,
    ],
    ['intervals', `${100 * parameters.confidence}%, by bootstrap over the queries`],
    [
      'times',
      report.store.kind === 'lance'
        ? 'client time: the engine runs in the same process and has no time of its own'
        : 'server: what the answer says; client: from the request to the parsed answer',
    ],
    ['memory', memory.join('; ')],
    ['ran on', [...new Set(experiments.map(({ ranOn }) => ranOn))].join(', ')],
    ['versions', `PaperQL ${versions.paperql}, Node ${versions.node}, ${versions.engine}`],
    [
      'machine',
      `${machine.cores} cores (${machine.cpu}), ${formatBytes(machine.memoryBytes)} of memory, ${machine.system}, load ${machine.load.toFixed(1)} at the start`,
    ],
    ['when', `${report.startedAt}, ${report.seconds.toFixed(0)} s`],
  ];
}

function toDefinitions(pairs: readonly [string, string][]): string {
  const items = pairs.map(([term, text]) => `<dt>${escape(term)}</dt><dd>${escape(text)}</dd>`);
  return `<dl>${items.join('\n')}</dl>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

const STYLE = `
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  --ink: #111827; --soft: #4b5563; --faint: #6b7280; --ground: #f8fafc; --card: #fff; --line: #e5e7eb; --rule: #cbd5e1;
  --advice: #eff6ff; --advice-edge: #1d4ed8; --problem: #fef2f2; --problem-edge: #b91c1c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e5e7eb; --soft: #cbd5e1; --faint: #9ca3af; --ground: #0b1120; --card: #111827; --line: #263244; --rule: #475569;
    --advice: #172554; --advice-edge: #60a5fa; --problem: #450a0a; --problem-edge: #f87171;
  }
}
body { margin: 0; }
main { max-width: 84rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { margin: 0; font-size: 1.7rem; }
h2 { margin: 0; font-size: 1.35rem; }
h3 { margin: 0 0 .5rem; font-size: 1rem; }
.lead { margin: .4rem 0 1.5rem; color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.4rem 1.6rem; margin: 0 0 1.5rem; }
.advice { border-left: 4px solid var(--advice-edge); background: var(--advice); padding: .7rem 1rem; margin: 1rem 0; border-radius: 0 6px 6px 0; }
.advice p { margin: 0; font-weight: 600; }
.problem { border-left: 4px solid var(--problem-edge); background: var(--problem); padding: .7rem 1rem; border-radius: 0 6px 6px 0; }
pre { margin: .6rem 0 0; overflow-x: auto; font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .8rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .3rem .45rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--rule); }
th[scope=row], thead th:nth-child(2) { text-align: left; font-weight: 500; }
th[scope=row] { white-space: normal; min-width: 8rem; }
td small { display: block; color: var(--faint); font-size: .72rem; line-height: 1.1; }
.note { color: var(--faint); font-size: .8rem; margin: .4rem 0 1rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; }
figure { margin: 0; max-width: 100%; }
figure div { overflow-x: auto; }
figure svg { max-width: max(100%, 34rem); height: auto; }
figcaption { color: var(--faint); font-size: .8rem; max-width: 38rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; font-size: .9rem; }
dt { color: var(--faint); } dd { margin: 0; }
`;
