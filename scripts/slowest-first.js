import Sequencer from '@jest/test-sequencer';
import path from 'node:path';

/**
 * What takes longest, in this order, so that no worker begins it when the others have nothing left to do. Jest remembers how
 * long a file took, but a fresh checkout has nothing to remember.
 */
const SLOWEST = [
  'sync-kill',
  'ingest-kill',
  'ingest-outages',
  'repair-outages',
  'embedding-servers',
  'ingest',
  'ingest-full-disk',
  'every-name',
  'ingest-again',
  'bench',
  'tune-qdrant',
  'tune-stopped',
  'start',
  'sync-serve',
  'store-lance',
  'tune',
  'tune-input',
  'sync',
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
