import Sequencer from '@jest/test-sequencer';
import path from 'node:path';

/**
 * The slowest test files, in this order, so that no worker starts one when the others have nothing left to do. Jest remembers how
 * long each file took, but not in a fresh checkout.
 */
const SLOWEST = [
  'ingest-kill',
  'embedding-servers',
  'sync-kill',
  'store',
  'start',
  'backup',
  'ingest-outages',
  'bench',
  'store-lance',
  'ingest-full-disk',
  'repair-outages',
  'tune-stopped',
  'tune-qdrant',
  'sync-serve',
  'fuzz',
  'tuning-qdrant',
  'workers',
  'tune',
  'ingest',
  'sync',
  'every-name',
  'revise-directory',
  'daily-changes',
  'ingest-again',
  'nodes',
  'read-page',
  'directory',
  'directory-kill',
  'mcp-stdio',
  'traces',
  'slow-embedding',
  'ingest-layouts',
];

/** Runs the slowest test files first, and the others in Jest's order. */
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const rank = (test) => {
      const at = SLOWEST.indexOf(path.basename(test.path, '.test.js'));
      return at < 0 ? SLOWEST.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
