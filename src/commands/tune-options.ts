import { Command, InvalidArgumentError, Option } from 'commander';
import { EXPERIMENTS, type ExperimentName } from '../tuning/report.js';

/** The command line of an experiment. */
export interface TuneOptions {
  experiments: readonly ExperimentName[];
  queries?: string;
  sample: number;
  seed: number;
  k: number;
  window?: number;
  repeats: number;
  concurrency?: number;
  target: number;
  ef: number[];
  graphs: { m: number; efConstruct: number }[];
  oversampling: number[];
  probes: number[];
  /** Per cent. */
  selectivity: number[];
  inPlace: boolean;
  buildLimit: number;
  name?: string;
  reports: string;
  apply: boolean;
}

export interface ReportsOptions {
  reports: string;
}

export interface ApplyOptions extends ReportsOptions {
  experiment?: ExperimentName;
}

/** What the commands do; nothing heavy is loaded before one of them is called. */
export interface TuneActions {
  run(options: TuneOptions): Promise<void>;
  compare(a: string, b: string, options: ReportsOptions): Promise<void>;
  apply(report: string, options: ApplyOptions): Promise<void>;
  clean(): Promise<void>;
}

const DESCRIPTIONS: Record<ExperimentName | 'all', string> = {
  precision: 'precision and time of the index as it is, against an exact search',
  'hnsw-ef': 'how many candidates a search should keep (hnsw_ef)',
  hnsw: 'how the graph should be built (m, ef_construct); on a scratch copy',
  quantization: 'compressed vectors: precision, time and memory; on a scratch copy',
  filters: 'what filters that select fewer and fewer papers do to precision and time',
  probes: 'how many partitions a search should look into; embedded store, on a scratch copy',
  all: 'all of them, one after another',
};

const EXAMPLES = `
Examples:
  $ paperql tune precision
      100 papers of the collection as queries, each left out of its own answer
  $ paperql tune hnsw-ef --queries questions.txt --ef 32,64,128 --concurrency 8
      a question a line, embedded now; throughput with 8 at once
  $ paperql tune quantization --queries queries.json --k 20
      a JSON object {"text": [numbers], …}
  $ paperql tune compare before after
      two reports of reports/

Store and embedder are configured by environment variables and .env, see .env.example. What an experiment will do, how
long it may take and how much room, is said before it starts. Reports: reports/<name>.json and .html.

Exit codes:
  0    measured; what could not be is said with its reason
  1    nothing to go on with: wrong input or configuration, no such collection, a store that fails
  130  stopped by SIGINT (143 by SIGTERM): scratch copies are deleted, settings put back`;

export function createTuneCommand(actions: TuneActions): Command {
  const tune = new Command('tune')
    .description('measure precision against speed on your own collection, and say what to set')
    .addHelpText('after', EXAMPLES);
  for (const name of EXPERIMENTS) tune.addCommand(createExperiment(name, [name], actions));
  tune.addCommand(createExperiment('all', EXPERIMENTS, actions));
  tune
    .command('compare')
    .description('compare two reports: which settings have become better or worse, beyond chance')
    .argument('<a>', 'a report: its name in the folder of reports, or a file')
    .argument('<b>', 'another')
    .addOption(reportsOption())
    .action((a: string, b: string, options: ReportsOptions) => actions.compare(a, b, options));
  tune
    .command('apply')
    .description('do what a report recommends: change the index of the collection, set variables in .env')
    .argument('<report>', 'its name in the folder of reports, or a file')
    .addOption(new Option('--experiment <name>', 'which one, of a report of several').choices(EXPERIMENTS))
    .addOption(reportsOption())
    .action((report: string, options: ApplyOptions) => actions.apply(report, options));
  tune
    .command('clean')
    .description('delete scratch copies of the collection that a killed run has left')
    .action(() => actions.clean());
  return tune;
}

type ParsedOptions = Omit<TuneOptions, 'experiments'>;

function createExperiment(
  name: ExperimentName | 'all',
  experiments: readonly ExperimentName[],
  actions: TuneActions,
): Command {
  return new Command(name)
    .description(DESCRIPTIONS[name])
    .optionsGroup('What is asked:')
    .addOption(
      new Option('--queries <file>', 'JSON {"text": embedding}, or a question a line').conflicts('sample'),
    )
    .option(
      '--sample <count>',
      'papers of the collection itself, each left out of its own answer',
      whole(1, 100_000),
      100,
    )
    .option(
      '--seed <number>',
      'chooses the papers, and the order in which settings take turns',
      whole(0, 2 ** 31),
      1,
    )
    .option('--k <count>', 'length of an answer', whole(1, 1_000), 10)
    .option(
      '--window <count>',
      'papers to ask for, the first k of which are judged; k when not given',
      whole(1, 1_000),
    )
    .optionsGroup('How:')
    .option('--repeats <count>', 'times that every query is asked of every setting', whole(1, 1_000), 3)
    .option(
      '--concurrency <count>',
      'measure the throughput too, with so many queries at once',
      whole(1, 1_000),
    )
    .option('--target <precision>', 'precision that a recommendation must keep', share, 0.99)
    .optionsGroup('Settings that are compared:')
    .addOption(
      listOption(
        '--ef <list>',
        'hnsw-ef: candidates that a search keeps',
        whole(1, 100_000),
        '10,20,50,100,200',
      ),
    )
    .addOption(listOption('--graphs <list>', 'hnsw: m:ef_construct of each', graph, '8:50,8:100,16:32,16:50'))
    .addOption(
      listOption(
        '--oversampling <list>',
        'quantization: candidates for each place of the answer',
        atLeastOne,
        '1,2,3',
      ),
    )
    .addOption(
      listOption('--probes <list>', 'probes: partitions looked into', whole(1, 100_000), '1,5,10,20,50'),
    )
    .addOption(listOption('--selectivity <list>', 'filters: per cent of the papers', percent, '100,10,1,0.1'))
    .optionsGroup('Where:')
    .option(
      '--in-place',
      'change the index of the collection itself instead of a scratch copy; put back at the end',
      false,
    )
    .option('--build-limit <seconds>', 'how long building an index may take', whole(1, 1_000_000), 3_600)
    .optionsGroup('What comes of it:')
    .addOption(reportsOption())
    .option('--name <name>', 'of the report; the experiment and the time when not given', reportName)
    .option('--apply', 'do what is recommended, at once', false)
    .action((options: ParsedOptions) => actions.run({ ...options, experiments }));
}

function reportsOption(): Option {
  return new Option('--reports <folder>', 'where reports are').default('reports');
}

type Parse<Value> = (text: string) => Value;

function whole(least: number, most: number): Parse<number> {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

function share(text: string): number {
  const value = toNumber(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('expected a number above 0, at most 1');
}

function percent(text: string): number {
  const value = toNumber(text);
  if (value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('expected per cents above 0, at most 100, such as 100,10,1,0.1');
}

function atLeastOne(text: string): number {
  const value = toNumber(text);
  if (value >= 1 && value <= 1_000) return value;
  throw new InvalidArgumentError('expected numbers from 1 to 1000, such as 1,2,3');
}

function toNumber(text: string): number {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : NaN;
}

function graph(text: string): { m: number; efConstruct: number } {
  const [, m, efConstruct] = (/^\s*(\d{1,4}):(\d{1,5})\s*$/.exec(text) ?? []).map(Number);
  if (m !== undefined && efConstruct !== undefined && m >= 1 && efConstruct >= 4) return { m, efConstruct };
  throw new InvalidArgumentError(
    'expected m:ef_construct, such as 8:50,16:100, with ef_construct of at least 4',
  );
}

function reportName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError('expected letters, digits, ".", "_" and "-"');
}

/** Values separated by commas, each once. */
function listOption<Value>(flags: string, description: string, parse: Parse<Value>, preset: string): Option {
  const parseList = (text: string) => [...new Set(text.split(',').map((each) => each.trim()))].map(parse);
  return new Option(flags, description).argParser(parseList).default(parseList(preset), preset);
}
