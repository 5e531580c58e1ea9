/**
 * `npm run bench -- [subject]`: measures the parts on this machine. One command per subject; `serve` is the default.
 */
import { Command } from 'commander';
import { machineInWords } from './machine.js';
import { runUntilInterrupted } from './on-interrupt.js';
import { wholeNumberOption } from '../src/commands/numbers.js';

const program = new Command('bench').description('Measures PaperQL on this machine.');

program
  .command('serve', { isDefault: true })
  .description(
    'search and paper over HTTP, compared with the store alone; also on Qdrant if QDRANT_URL is set',
  )
  .option(
    '--quick',
    'only test that it runs, in a few seconds, on the sample; the figures mean little',
    false,
  )
  .option(
    '--python <interpreter>',
    'interpreter with FastAPI and qdrant-client, to compare with a wrapper of Qdrant',
  )
  .action(async ({ quick, python }: { quick: boolean; python?: string }) => {
    const { benchServe } = await import('./serve.js');
    console.log(machineInWords());
    await benchServe({
      quick,
      qdrantUrl: process.env['QDRANT_URL'],
      qdrantApiKey: process.env['QDRANT_API_KEY'],
      python,
    });
  });

program
  .command('search')
  .description(
    'hybrid, semantic and keyword search, with and without filters, and reading queries; also on Qdrant',
  )
  .option(
    '--quick',
    'only test that it runs, in a few seconds, on the sample; the figures mean little',
    false,
  )
  .action(async ({ quick }: { quick: boolean }) => {
    const { benchSearch } = await import('./search.js');
    console.log(machineInWords());
    await benchSearch({
      quick,
      qdrantUrl: process.env['QDRANT_URL'],
      qdrantApiKey: process.env['QDRANT_API_KEY'],
    });
  });

program
  .command('ingest')
  .description('loading: records per second, memory, loading again; also on Qdrant if QDRANT_URL is set')
  .option(
    '--large <records>',
    'also run with this many records, such as 1000000, to see whether memory grows',
    wholeNumberOption(0),
    0,
  )
  .option(
    '--python <interpreter>',
    'interpreter with qdrant-client, to compare with a straightforward loader',
  )
  .action(async ({ large, python }: { large: number; python?: string }) => {
    const { benchIngest } = await import('./ingest.js');
    console.log(machineInWords());
    await benchIngest({ large, python, qdrantUrl: process.env['QDRANT_URL'] });
  });

program
  .command('sync')
  .description('reading arXiv’s XML alone, and a day of changes on 50,000 papers during searches')
  .action(async () => {
    const { benchSync } = await import('./sync.js');
    console.log(machineInWords());
    await benchSync();
  });

program
  .command('graph')
  .description(
    'facets, suggestions, a page with similar papers, the directory; also on Qdrant if QDRANT_URL is set',
  )
  .action(async () => {
    const { benchGraph } = await import('./graph.js');
    console.log(machineInWords());
    await benchGraph({ qdrantUrl: process.env['QDRANT_URL'], qdrantApiKey: process.env['QDRANT_API_KEY'] });
  });

program
  .command('crowd')
  .description('the waits of a client with small requests while 50 connections send the most expensive ones')
  .option('--quick', 'only test that it runs, in a few seconds; the figures mean little', false)
  .action(async ({ quick }: { quick: boolean }) => {
    const { benchCrowd } = await import('./crowd.js');
    console.log(machineInWords());
    await benchCrowd({ quick });
  });

program
  .command('scale')
  .description(
    'typical questions about collections of several sizes, and what they cost; on Qdrant instead if QDRANT_URL is set',
  )
  .option('--quick', 'only test that it runs, on papers made from the sample; the figures mean little', false)
  .option(
    '--sizes <numbers>',
    'numbers of papers, separated by commas',
    wholeNumbers,
    [10_000, 50_000, 200_000],
  )
  .option(
    '--file <dump>',
    'load this dump, which has embeddings of the local model, instead of making papers',
  )
  .option('--from <file>', 'add to the figures that an earlier run wrote with --json')
  .option('--json <file>', 'write the figures to this file')
  .option('--plot <file>', 'plot their growth in this file, as SVG')
  .action(
    async ({
      sizes,
      file,
      ...others
    }: {
      sizes: number[];
      file?: string;
      quick: boolean;
      from?: string;
      json?: string;
      plot?: string;
    }) => {
      const { benchScale } = await import('./scale.js');
      console.log(machineInWords());
      await benchScale({
        ...others,
        inputs: file === undefined ? sizes : [file],
        qdrantUrl: process.env['QDRANT_URL'],
        qdrantApiKey: process.env['QDRANT_API_KEY'],
      });
    },
  );

program
  .command('production')
  .description(
    'several server processes compared with one; the cost of keys, budgets, metrics and traces; on Qdrant instead if QDRANT_URL is set',
  )
  .option(
    '--quick',
    'only test that it runs, in a few seconds, on the sample; the figures mean little',
    false,
  )
  .option(
    '--soak <minutes>',
    'instead, search for this long at 70 % of the capacity, during loads, syncs and kills',
    wholeNumberOption(0),
    0,
  )
  .action(async ({ quick, soak }: { quick: boolean; soak: number }) => {
    const { benchProduction } = await import('./production.js');
    console.log(machineInWords());
    await benchProduction({
      quick,
      soakMinutes: soak,
      qdrantUrl: process.env['QDRANT_URL'],
      qdrantApiKey: process.env['QDRANT_API_KEY'],
    });
  });

program
  .command('web')
  .description(
    'the page in Chromium: scripts, largest contentful paint, interaction to next paint, layout shift',
  )
  .option('--quick', 'only test that it runs, on the sample; the figures mean little', false)
  .action(async ({ quick }: { quick: boolean }) => {
    const { benchWeb } = await import('./web.js');
    console.log(machineInWords());
    await benchWeb({ quick });
  });

program
  .command('papers')
  .description('make the 50,000 papers that other commands use, if the published ones are missing')
  .argument('<files...>', 'a dump of arXiv’s metadata, as for npm run ingest')
  .option('--count <papers>', 'number of papers to keep, newest first', wholeNumberOption(1), 50_000)
  .action(async (patterns: string[], { count }: { count: number }) => {
    const { makePapers } = await import('./papers.js');
    const problem = await makePapers({ patterns, count });
    if (problem !== null) program.error(problem);
  });

function wholeNumbers(text: string): number[] {
  return text.split(',').map((part) => wholeNumberOption(1)(part));
}

await runUntilInterrupted(() => program.parseAsync());
