/**
 * Imports a module that the test files of a worker share (see `worker-environment.ts`); without such a worker, imports it as
 * usual. The module's classes differ from those of a static import of the same module.
 *
 * @param module a package, or a path relative to this folder.
 */
export async function importOnce<Module>(module: string): Promise<Module> {
  const load: ImportOnce = globalThis.importOnce ?? ((url) => import(url));
  const isPath = module.startsWith('.');
  // The type is the caller's `typeof import(module)`.
  return (await load(isPath ? new URL(module, import.meta.url).href : module)) as Module;
}

type ImportOnce = (url: string) => Promise<unknown>;

declare global {
  // A property of `globalThis` can only be declared with `var`.
  var importOnce: ImportOnce | undefined;
}
