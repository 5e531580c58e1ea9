import { importOnce } from './import-once.js';

export type { Answer, TestServer, TestServerOptions } from './sample-server.js';

/** Loading the server and opening the sample takes seconds: once in a worker, not once in a test file. */
export const { startTestServer } =
  await importOnce<typeof import('./sample-server.js')>('./sample-server.js');

/** The class that the server knows: what a test makes a part of the server throw. */
export const { PublicError } = await importOnce<typeof import('../../src/errors/errors.js')>(
  '../../src/errors/errors.js',
);
