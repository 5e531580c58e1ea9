import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { StartupError } from '../errors/errors.js';
import { parseJson } from '../parse-json.js';
import { unlessMissing } from '../system-error.js';
import { writeWhole } from '../write-whole.js';

const NAME = 'manifest.json';
const FORMAT = 'paperql-backup';

const BackedUpFile = z.object({
  /** Relative to the folder of the backup, with slashes. */
  path: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
type BackedUpFile = z.infer<typeof BackedUpFile>;

const Manifest = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  createdAt: z.string(),
  /** Version of PaperQL that wrote it. */
  paperql: z.string(),
  /** The kind of store that the files belong to. */
  store: z.enum(['lance', 'qdrant']),
  collection: z.string(),
  embedder: z.string(),
  dimension: z.int().positive(),
  /**
   * Number of papers when the backup began; with `qdrant`, it may also contain some that were added during the
   * backup.
   */
  papers: z.int().nonnegative(),
  files: z.array(BackedUpFile),
});
/** The contents of a backup. */
export type Manifest = z.infer<typeof Manifest>;

/** The manifest is written last, so a folder without one is not a backup. */
export async function writeManifest(
  folder: string,
  facts: Omit<Manifest, 'format' | 'version' | 'files'>,
): Promise<Manifest> {
  const paths = await listFiles(folder);
  const files: BackedUpFile[] = [];
  for (const each of paths) files.push(await describeFile(folder, each));
  const manifest: Manifest = { format: FORMAT, version: 1, ...facts, files };
  await writeWhole(path.join(folder, NAME), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/**
 * Reads a whole backup and compares it with its manifest.
 *
 * @throws StartupError if the folder is not a backup of PaperQL; or names each file that is missing, changed or not
 * in the manifest.
 */
export async function verifyBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const found = await listFiles(folder);
  const listed = new Set(manifest.files.map((file) => file.path));
  const problems = found.filter((each) => !listed.has(each)).map((each) => `${each} is not in the manifest`);
  const present = new Set(found);
  for (const file of manifest.files) {
    const problem = present.has(file.path) ? await compare(folder, file) : 'is missing';
    if (problem !== null) problems.push(`${file.path} ${problem}`);
  }
  if (problems.length === 0) return manifest;
  const [first, ...others] = problems;
  const more = others.length === 0 ? '' : `; and ${others.length} more`;
  throw new StartupError(`The backup in ${folder} is damaged: ${first}${more}`);
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await unlessMissing(readFile(path.join(folder, NAME), 'utf8'));
  if (text === null) {
    throw new StartupError(
      `${folder} is not a backup; expected a folder with ${NAME}, created by "paperql backup save"`,
    );
  }
  const { success, data } = Manifest.safeParse(parseJson(text));
  if (!success) {
    throw new StartupError(
      `${path.join(folder, NAME)} is damaged, or was made by another program or a later version of PaperQL`,
    );
  }
  return data;
}

async function compare(folder: string, expected: BackedUpFile): Promise<string | null> {
  const found = await describeFile(folder, expected.path);
  if (found.bytes !== expected.bytes) return `has ${found.bytes} bytes; expected ${expected.bytes}`;
  return found.sha256 === expected.sha256 ? null : 'has different content than when it was saved';
}

async function describeFile(folder: string, name: string): Promise<BackedUpFile> {
  const hash = createHash('sha256');
  const file = path.join(folder, ...name.split('/'));
  await pipeline(createReadStream(file), hash);
  return { path: name, bytes: (await lstat(file)).size, sha256: hash.digest('hex') };
}

/**
 * All files except the manifest, sorted. @throws StartupError for anything but files and folders: a link may lead
 * anywhere.
 */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const names: string[] = [];
  for (const entry of entries) {
    const name = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
    if (entry.isDirectory() || name === NAME) continue;
    if (!entry.isFile())
      throw new StartupError(`The backup in ${folder} is damaged: ${name} is not a regular file`);
    names.push(name);
  }
  return names.sort();
}
