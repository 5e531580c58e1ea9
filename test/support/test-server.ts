import { importOnce } from './import-once.js';

export type { Answer, TestServer, TestServerOptions } from './sample-server.js';

/** Loading the server and opening the sample takes seconds, so it is done once per worker rather than once per test file. */
export const { startTestServer } =
  await importOnce<typeof import('./sample-server.js')>('./sample-server.js');

/** The server's own class, for errors that a test makes a part of the server throw. */
export const { PublicError } = await importOnce<typeof import('../../src/errors/errors.js')>(
  '../../src/errors/errors.js',
);
