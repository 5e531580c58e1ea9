import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import { packagePath } from '../../src/package-root.js';

/** What an installation takes from the registry, and what it may run. */

const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const lockfile = Lockfile.parse(JSON.parse(readFileSync(packagePath('package-lock.json'), 'utf8')));
const packages = Object.entries(lockfile.packages).filter(([folder]) => folder !== '');
const namesOf = (entries: typeof packages) =>
  entries.map(([folder]) => folder.replace(/^node_modules\//, ''));

describe('package-lock.json', () => {
  test('has the hash of every package, of every platform', () => {
    const gaps = packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    // The registry that the lockfile is made with lacks these platforms of LanceDB 0.37.1; where it has them,
    // `npm run lock:complete` adds their hashes.
    expect(namesOf(gaps).filter((name) => !name.startsWith('@lancedb/lancedb-'))).toEqual([]);
    expect(gaps.length).toBeLessThanOrEqual(5);
  });

  test('names no place to download from: the registry in use decides', () => {
    expect(namesOf(packages.filter(([, { resolved }]) => resolved !== undefined))).toEqual([]);
  });

  test('no package needs its install script', () => {
    // Each was looked into: they check a version, look for a binary that is there, or download what is not used.
    expect(namesOf(packages.filter(([, { hasInstallScript }]) => hasInstallScript))).toEqual([
      '@apollo/protobufjs',
      '@parcel/watcher',
      'onnxruntime-node',
    ]);
  });
});

test('npm reads the settings of this project, and runs no install script of a dependency', async () => {
  const ask = ['config', 'get', 'ignore-scripts', '--loglevel=warn'];
  const { stdout, stderr } = await promisify(execFile)('npm', ask, { cwd: packagePath() });
  expect(stdout.trim()).toBe('true');
  expect(stderr).not.toContain('Unknown');
});
