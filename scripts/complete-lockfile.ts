/**
 * `npm run lock:complete`: adds the hashes that `package-lock.json` lacks, as the registry reports them. npm records no hashes
 * for packages of other platforms when it resolves them without their addresses (`omit-lockfile-registry-resolved`). `npm ci` on
 * such a platform would then install whatever it receives.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { packagePath } from '../src/package-root.js';

// Keeps npm's order of keys, which parsing would otherwise change.
const Lockfile = z.looseObject({
  name: z.string(),
  version: z.string(),
  lockfileVersion: z.literal(3),
  requires: z.boolean(),
  packages: z.record(
    z.string(),
    z.looseObject({
      name: z.string().optional(),
      // Links to workspaces have no version.
      version: z.string().optional(),
      integrity: z.string().optional(),
    }),
  ),
});

const file = packagePath('package-lock.json');
const lockfile = Lockfile.parse(JSON.parse(await readFile(file, 'utf8')));
for (const [folder, entry] of Object.entries(lockfile.packages)) {
  if (!folder.startsWith('node_modules/') || entry.integrity || entry.version === undefined) continue;
  const release = `${entry.name ?? folder.replace(/^.*node_modules\//, '')}@${entry.version}`;
  const integrity = await askRegistry(release);
  if (integrity) lockfile.packages[folder] = toCompleteEntry(entry, integrity);
  else console.error(`The registry does not have ${release}`);
}
await writeFile(file, `${JSON.stringify(lockfile, null, 2)}\n`);

/** Returns undefined if the registry does not have the release. */
async function askRegistry(release: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('npm', [
      'view',
      release,
      'dist.integrity',
      '--loglevel=error',
    ]);
    return stdout.trim() || undefined;
  } catch (error) {
    if (String(error).includes('E404')) return undefined;
    throw error;
  }
}

/** Inserts the hash after the version, where npm writes it. */
function toCompleteEntry<Entry extends { name?: string | undefined; version?: string | undefined }>(
  { name, version, ...rest }: Entry,
  integrity: string,
) {
  return { ...(name && { name }), version, integrity, ...rest };
}
