import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest evaluates all modules again for each test file, in the file's own context. Node evaluates what a test imports with
 * `importOnce`, once for all test files of a worker.
 */
export default class WorkerEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    this.global.importOnce = (url: string) => import(url) as Promise<unknown>;
  }
}
