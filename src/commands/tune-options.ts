import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumberOption, type Parse } from './numbers.js';
import { parseDecimal } from '../parse-number.js';
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
  /** In per cent. */
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

/** Implementations of the commands; nothing heavy is loaded before one of them is called. */
export interface TuneActions {
  run(options: TuneOptions): Promise<void>;
  compare(a: string, b: string, options: ReportsOptions): Promise<void>;
  apply(report: string, options: ApplyOptions): Promise<void>;
  clean(): Promise<void>;
}

const DESCRIPTIONS: Record<ExperimentName | 'all', string> = {
  precision: 'compare precision and latency of the current index with an exact search',
  'hnsw-ef': 'compare numbers of candidates that a search keeps (hnsw_ef)',
  hnsw: 'compare graphs (m, ef_construct), on a scratch copy',
  quantization: 'compare precision, latency and memory of compressed vectors, on a scratch copy',
  filters: 'compare precision and latency with increasingly selective filters',
  probes: 'compare numbers of partitions to search, on a scratch copy; embedded store only',
  all: 'run all experiments, one after another',
};

const EXAMPLES = `
Examples:
  $ paperql tune precision
      use 100 papers of the collection as queries, each excluded from its own answer
  $ paperql tune hnsw-ef --queries questions.txt --ef 32,64,128 --concurrency 8
      embed one question per line; also measure the throughput of 8 concurrent queries
  $ paperql tune quantization --queries queries.json --k 20
      read queries from a JSON object {"text": [numbers], …}
  $ paperql tune compare before after
      compare two reports in reports/

Environment variables and .env configure the store and the embedder; see .env.example. Before it starts, an experiment
prints what it will do, how long that may take and how much disk space it needs. It writes its report to
reports/<name>.json and .html.

Exit codes:
  0    finished; settings that could not be measured are listed with the reason
  1    failed: invalid input or configuration, no such collection, or a failing store
  130  stopped by SIGINT (143 by SIGTERM): scratch copies are deleted and settings restored`;

export function createTuneCommand(actions: TuneActions): Command {
  const tune = new Command('tune')
    .description('measure precision and speed of the vector index on your papers, and recommend settings')
    .addHelpText('after', EXAMPLES);
  for (const name of EXPERIMENTS) tune.addCommand(createExperiment(name, [name], actions));
  tune.addCommand(createExperiment('all', EXPERIMENTS, actions));
  tune
    .command('compare')
    .description('compare two reports: which settings became significantly better or worse')
    .argument('<a>', 'a report: its name in the reports folder, or a file')
    .argument('<b>', 'another report')
    .addOption(reportsOption())
    .action((a: string, b: string, options: ReportsOptions) => actions.compare(a, b, options));
  tune
    .command('apply')
    .description(
      'apply the recommendations of a report: change the index of the collection, set variables in .env',
    )
    .argument('<report>', 'its name in the reports folder, or a file')
    .addOption(
      new Option('--experiment <name>', 'which experiment, if the report has several').choices(EXPERIMENTS),
    )
    .addOption(reportsOption())
    .action((report: string, options: ApplyOptions) => actions.apply(report, options));
  tune
    .command('clean')
    .description('delete scratch copies of the collection that a killed run left')
    .action(() => actions.clean());
  return tune;
}

type ParsedOptions = Omit<TuneOptions, 'experiments'>;

function createExperiment(
  name: ExperimentName | 'all',
  experiments: readonly ExperimentName[],
  actions: TuneActions,
): Command {
  const command = new Command(name).description(DESCRIPTIONS[name]);
  addQueryOptions(command);
  addSettingOptions(command);
  addIndexOptions(command);
  return command.action((options: ParsedOptions) => actions.run({ ...options, experiments }));
}

/** Adds groups of options, in the order in which the help shows them. */
function addQueryOptions(command: Command): void {
  command
    .optionsGroup('Queries:')
    .addOption(
      new Option('--queries <file>', 'JSON {"text": embedding}, or one question per line').conflicts(
        'sample',
      ),
    )
    .option(
      '--sample <count>',
      'number of papers of the collection to use as queries, each excluded from its own answer',
      wholeNumberOption(1, 100_000),
      100,
    )
    .option(
      '--seed <number>',
      'seed for the choice of papers and the order of settings',
      wholeNumberOption(0, 2 ** 31),
      1,
    )
    .option('--k <count>', 'results per query', wholeNumberOption(1, 1_000), 10)
    .option(
      '--window <count>',
      'results to request per query; the first k are judged (default: k)',
      wholeNumberOption(1, 1_000),
    )
    .optionsGroup('Measurement:')
    .option('--repeats <count>', 'runs of every query with every setting', wholeNumberOption(1, 1_000), 3)
    .option(
      '--concurrency <count>',
      'also measure the throughput of this many concurrent queries',
      wholeNumberOption(1, 1_000),
    )
    .option('--target <precision>', 'minimum precision of a recommended setting', share, 0.99);
}

function addSettingOptions(command: Command): void {
  command
    .optionsGroup('Settings to compare:')
    .addOption(
      listOption(
        '--ef <list>',
        'hnsw-ef: numbers of candidates that a search keeps',
        wholeNumberOption(1, 100_000),
        '10,20,50,100,200',
      ),
    )
    .addOption(
      listOption('--graphs <list>', 'hnsw: m:ef_construct of each graph', graph, '8:50,8:100,16:32,16:50'),
    )
    .addOption(
      listOption(
        '--oversampling <list>',
        'quantization: numbers of candidates per result',
        atLeastOne,
        '1,2,3',
      ),
    )
    .addOption(
      listOption(
        '--probes <list>',
        'probes: numbers of partitions to search',
        wholeNumberOption(1, 100_000),
        '1,5,10,20,50',
      ),
    )
    .addOption(
      listOption(
        '--selectivity <list>',
        'filters: percentages of papers that they select',
        percent,
        '100,10,1,0.1',
      ),
    );
}

function addIndexOptions(command: Command): void {
  command
    .optionsGroup('Index:')
    .option(
      '--in-place',
      'change the index of the collection itself instead of a scratch copy, and restore it at the end',
      false,
    )
    .option(
      '--build-limit <seconds>',
      'maximum time for building an index',
      wholeNumberOption(1, 1_000_000),
      3_600,
    )
    .optionsGroup('Results:')
    .addOption(reportsOption())
    .option('--name <name>', 'name of the report (default: the experiment and the time)', reportName)
    .option('--apply', 'apply the recommendation immediately', false);
}

function reportsOption(): Option {
  return new Option('--reports <folder>', 'folder for reports').default('reports');
}

function share(text: string): number {
  const value = parseDecimal(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('expected a number above 0 and at most 1');
}

function percent(text: string): number {
  const value = parseDecimal(text);
  if (value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('expected percentages above 0 and at most 100, such as 100,10,1,0.1');
}

function atLeastOne(text: string): number {
  const value = parseDecimal(text);
  if (value >= 1 && value <= 1_000) return value;
  throw new InvalidArgumentError('expected numbers from 1 to 1000, such as 1,2,3');
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

/** An option with values separated by commas; duplicates are removed. */
function listOption<Value>(flags: string, description: string, parse: Parse<Value>, preset: string): Option {
  const parseList = (text: string) => [...new Set(text.split(',').map((each) => each.trim()))].map(parse);
  return new Option(flags, description).argParser(parseList).default(parseList(preset), preset);
}
