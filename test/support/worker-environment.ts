import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest evaluates all modules again for each test file, in a context of the file's own. What a test imports with
 * `importOnce` is evaluated by Node, once for all test files that the same worker runs.
 */
export default class WorkerEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    this.global.importOnce = (url: string) => import(url) as Promise<unknown>;
  }
}
