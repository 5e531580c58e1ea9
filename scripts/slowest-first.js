import Sequencer from '@jest/test-sequencer';
import path from 'node:path';

/**
 * What takes longest, in this order, so that no worker begins it when the others have nothing left to do. Jest remembers how
 * long a file took, but a fresh checkout has nothing to remember.
 */
const SLOWEST = [
  'ingest-kill',
  'embedding-servers',
  'backup',
  'ingest',
  'store-lance',
  'sync',
  'sync-kill',
  'start',
  'tune',
  'ingest-full-disk',
  'sync-serve',
  'tune-stopped',
  'ingest-again',
  'store',
  'every-name',
  'ingest-outages',
  'repair-outages',
  'bench',
  'ingest-layouts',
  'workers',
  'tune-qdrant',
  'directory',
  'revise-directory',
];

/** The slowest test files first, the others as Jest sorts them. */
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const rank = (test) => {
      const at = SLOWEST.indexOf(path.basename(test.path, '.test.js'));
      return at < 0 ? SLOWEST.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
