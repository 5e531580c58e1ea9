import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { glob } from 'tinyglobby';
import { z } from 'zod';
import { packagePath } from '../../src/package-root.js';

/** What an installation downloads from the registry, and what it may run. */

const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      /** A workspace of this repository. */
      link: z.boolean().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const lockfile = Lockfile.parse(JSON.parse(readFileSync(packagePath('package-lock.json'), 'utf8')));
const packages = Object.entries(lockfile.packages).filter(
  ([folder, { link }]) => folder.startsWith('node_modules/') && !link,
);
const namesOf = (entries: typeof packages) =>
  entries.map(([folder]) => folder.replace(/^node_modules\//, ''));

describe('package-lock.json', () => {
  test('has the hash of every package, of every platform', () => {
    const gaps = packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    // The registry used for the lockfile lacks these platforms of LanceDB 0.37.1. With a registry that has them,
    // `npm run lock:complete` adds their hashes.
    expect(namesOf(gaps).filter((name) => !name.startsWith('@lancedb/lancedb-'))).toEqual([]);
    expect(gaps.length).toBeLessThanOrEqual(5);
  });

  test('contains no download addresses, so the configured registry is used', () => {
    expect(namesOf(packages.filter(([, { resolved }]) => resolved !== undefined))).toEqual([]);
  });

  test('marks no package as having an install script, because npm runs those that are marked', () => {
    expect(namesOf(packages.filter(([, { hasInstallScript }]) => hasInstallScript))).toEqual([]);
  });
});

test('every install script is rejected by name', async () => {
  // All were reviewed: they check a version, look for an existing binary, or download files that are not used.
  const manifests = await glob('node_modules/{*,@*/*}/package.json', { cwd: packagePath() });
  const withScripts = manifests.map(readManifest).filter(({ scripts, gypfile }) => {
    const { preinstall, install, postinstall } = scripts ?? {};
    return (preinstall ?? install ?? postinstall) !== undefined || gypfile === true;
  });
  const { allowScripts } = readManifest('package.json');
  expect(allowScripts).toEqual(Object.fromEntries(withScripts.map(({ name }) => [name, false])));
});

const Manifest = z.object({
  name: z.string().optional(),
  scripts: z.record(z.string(), z.string()).optional(),
  gypfile: z.boolean().optional(),
  allowScripts: z.record(z.string(), z.boolean()).optional(),
});

function readManifest(file: string): z.infer<typeof Manifest> {
  return Manifest.parse(JSON.parse(readFileSync(packagePath(file), 'utf8')));
}

test('npm reads the settings of this project without a warning, and runs the project’s own scripts', async () => {
  const ask = ['config', 'get', 'ignore-scripts', '--loglevel=warn'];
  const { stdout, stderr } = await promisify(execFile)('npm', ask, { cwd: packagePath() });
  expect(stdout.trim()).toBe('false');
  expect(stderr).not.toContain('Unknown');
});
