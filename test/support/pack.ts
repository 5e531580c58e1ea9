import { execFile } from 'node:child_process';
import { cp, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { packagePath } from '../../src/package-root.js';

/** Entries that are not sources. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'build', 'dist', 'data', 'coverage', 'reports']);

/** The environment without the settings that npm passes to everything it runs, tests included: they belong to another project. */
export const npmEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/.test(name)),
);

/**
 * Packs a package of this repository from a copy of its sources, so that it contains what packing builds.
 *
 * @returns The path of the package file in `folder`.
 */
export async function pack(folder: string, options: readonly string[] = []): Promise<string> {
  const sources = path.join(folder, 'sources');
  for (const entry of await readdir(packagePath())) {
    if (LEFT_OUT.has(entry)) continue;
    await cp(packagePath(entry), path.join(sources, entry), { recursive: true });
  }
  await symlink(packagePath('node_modules'), path.join(sources, 'node_modules'));
  const run = promisify(execFile);
  await run('npm', ['pack', '--pack-destination', folder, ...options], { cwd: sources, env: npmEnvironment });
  const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  return path.join(folder, file);
}
