/**
 * Imports a module that the test files of a worker share, see `worker-environment.ts`; where there is no such worker, as
 * any import does. Its classes differ from those that a static import of the same module gives.
 *
 * @param path from this folder.
 */
export async function importOnce<Module>(path: string): Promise<Module> {
  const load: ImportOnce = globalThis.importOnce ?? ((url) => import(url));
  // The type is the caller's `typeof import(path)`.
  return (await load(new URL(path, import.meta.url).href)) as Module;
}

type ImportOnce = (url: string) => Promise<unknown>;

declare global {
  // What `globalThis` has must be a `var`.
  var importOnce: ImportOnce | undefined;
}
