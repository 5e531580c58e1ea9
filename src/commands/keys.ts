import type { AddKeyOptions, ListKeysOptions } from './keys-options.js';
import { createSecret, hashSecret, readKeys, writeKeys, type ApiKey } from '../access/keys.js';
import type { Config } from '../config/config.js';
import { StartupError, toError } from '../errors/errors.js';
import { takeLock } from '../ingest/run-lock.js';
import { alignColumns } from '../text-table.js';

interface KeysConfig {
  access: Pick<Config['access'], 'keysFile'>;
}

/** Adds a key and prints only the key on standard output, so that it can be piped to another program. */
export async function addKey(config: KeysConfig, name: string, options: AddKeyOptions): Promise<void> {
  const secret = createSecret();
  const { scope, budget } = options;
  await change(config, (keys) => {
    if (keys.some((key) => key.name === name)) {
      throw new StartupError(`There is already a key "${name}"; revoke it first, or choose another name`);
    }
    const sha256 = hashSecret(secret).toString('hex');
    const createdAt = new Date().toISOString();
    return [...keys, { name, scope, ...(budget !== undefined && { budget }), sha256, createdAt }];
  });
  console.error(
    `Added the key "${name}" (${scope}). Save it now: it is not stored and cannot be shown again.`,
  );
  console.log(secret);
}

export async function listKeys({ access }: KeysConfig, { json }: ListKeysOptions): Promise<void> {
  const keys = await readKeys(access.keysFile);
  if (json) console.log(JSON.stringify(keys.map(withoutHash)));
  else if (keys.length === 0) console.log(`No keys in ${access.keysFile}`);
  else console.log(toTable(keys));
}

export async function revokeKey(config: KeysConfig, name: string): Promise<void> {
  await change(config, (keys) => {
    const others = keys.filter((key) => key.name !== name);
    if (others.length < keys.length) return others;
    const names = keys.map((key) => key.name).join(', ') || 'none';
    throw new StartupError(`There is no key "${name}" in ${config.access.keysFile}; it contains: ${names}`);
  });
  console.error(`Revoked the key "${name}"; servers reject it within a second.`);
}

/** Takes a lock, so that two commands that change the keys at the same time run one after the other. */
async function change(
  { access: { keysFile } }: KeysConfig,
  edit: (keys: readonly ApiKey[]) => readonly ApiKey[],
): Promise<void> {
  const giveBack = await lock(keysFile);
  try {
    await writeKeys(keysFile, edit(await readKeys(keysFile)));
  } finally {
    await giveBack();
  }
}

async function lock(keysFile: string): Promise<() => Promise<void>> {
  const onWait = (pid: number) => console.error(`Waiting for process ${pid}, which is changing the keys`);
  try {
    return await takeLock(`${keysFile}.lock`, { signal: new AbortController().signal, onWait });
  } catch (thrown) {
    throw new StartupError(`Cannot change the API keys in ${keysFile}: ${toError(thrown).message}`, {
      cause: thrown,
    });
  }
}

function withoutHash({ name, scope, budget, createdAt }: ApiKey) {
  return { name, scope, budget: budget ?? null, createdAt };
}

function toTable(keys: readonly ApiKey[]): string {
  const rows = keys.map(({ name, scope, budget, createdAt }) => [
    name,
    scope,
    budget === undefined ? 'default' : `${budget} units a minute`,
    createdAt,
  ]);
  return alignColumns([['name', 'scope', 'budget', 'added'], ...rows], { align: 'left', gap: 2 }).join('\n');
}
