/** `npm run bench -- [subject]`: what the parts cost on this machine. One command a subject; `serve` is the default. */
import { Command } from 'commander';
import { describeMachine } from './machine.js';

const program = new Command('bench').description('Measures PaperQL on this machine.');

program
  .command('serve', { isDefault: true })
  .description(
    'search and paper over HTTP, beside the store’s own time; on Qdrant too when QDRANT_URL is set',
  )
  .option('--quick', 'a smoke run of a few seconds, on the sample only; its figures mean little', false)
  .action(async ({ quick }: { quick: boolean }) => {
    const { benchServe } = await import('./serve.js');
    console.log(describeMachine());
    await benchServe({
      quick,
      qdrantUrl: process.env['QDRANT_URL'],
      qdrantApiKey: process.env['QDRANT_API_KEY'],
    });
  });

await program.parseAsync();
