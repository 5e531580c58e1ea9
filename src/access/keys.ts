import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StartupError, toError } from '../errors/errors.js';
import { unlessMissing } from '../system-error.js';
import { writeWhole } from '../write-whole.js';

/** `read` may send operations; `admin` may also read the metrics, and by default has no budget. */
export const KEY_SCOPES = ['read', 'admin'] as const;

/** Letters, digits and `._-`: names are shown in tables and logs. */
export const KEY_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Distinguishes PaperQL's keys from other secrets, for people and for scanners that look for published keys. */
export const KEY_PREFIX = 'pql_';
const RANDOM_BYTES = 32;
const ONLY_OWNER = 0o600;

const ApiKey = z.object({
  name: z.string().regex(KEY_NAME, 'expected letters, digits, ".", "_" and "-"'),
  scope: z.enum(KEY_SCOPES),
  /** Units of cost per minute; if absent, the default of the scope applies. */
  budget: z.int().min(1).optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  createdAt: z.iso.datetime(),
});

const KeysFile = z
  .object({ version: z.literal(1), keys: z.array(ApiKey) })
  .refine(({ keys }) => new Set(keys.map(({ name }) => name)).size === keys.length, 'two keys have one name');

/** A key as it is stored: everything except the secret itself. */
export type ApiKey = z.infer<typeof ApiKey>;

/** A new secret, which only the caller ever sees. */
export function createSecret(): string {
  return KEY_PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
}

/**
 * The stored hash of a key. One round of SHA-256 is enough: nobody can try 2^256 keys at any speed, and a slow
 * password hash would only delay each request.
 */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * The keys in a file; empty if the file does not exist.
 *
 * @throws StartupError if the file cannot be read or is invalid.
 */
export async function readKeys(file: string): Promise<ApiKey[]> {
  try {
    const text = await unlessMissing(readFile(file, 'utf8'));
    return text === null ? [] : KeysFile.parse(JSON.parse(text)).keys;
  } catch (thrown) {
    const told = thrown instanceof z.ZodError ? inWords(thrown) : toError(thrown).message;
    throw new StartupError(`Cannot read the API keys in ${file}: ${told}`, { cause: thrown });
  }
}

/** @throws StartupError if the file cannot be written. */
export async function writeKeys(file: string, keys: readonly ApiKey[]): Promise<void> {
  try {
    await writeWhole(file, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`, ONLY_OWNER);
  } catch (thrown) {
    throw new StartupError(`Cannot write the API keys to ${file}: ${toError(thrown).message}`, {
      cause: thrown,
    });
  }
}

/** Leaves values out, so that a key pasted into the file is not printed. */
function inWords({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; ');
}
