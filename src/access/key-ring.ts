import { timingSafeEqual } from 'node:crypto';
import { unwatchFile, watchFile, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hashSecret, readKeys, type ApiKey } from './keys.js';
import { toError } from '../errors/errors.js';
import { unlessMissing } from '../system-error.js';

/** A key that was added or revoked counts within a second: this, and the time to read the file. */
const LOOK_EVERY_MS = 400;

/** Where changes of the keys are told. */
export interface KeyLog {
  info(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The keys that count at the moment. */
export interface KeyRing {
  /** The key that this is; undefined for none. The time it takes does not depend on which key comes close. */
  find(secret: string): ApiKey | undefined;
  /** Stops following the file. */
  close(): void;
}

interface HashedKey {
  key: ApiKey;
  hash: Buffer;
}

/**
 * Reads the keys in a file, which need not exist, and follows its changes. The file is polled: file systems that several
 * machines share report no changes. A file that becomes unreadable leaves the keys as they were, so that a slip of the
 * operator's locks nobody out; one that disappears leaves none.
 *
 * @throws StartupError when the file cannot be read at first.
 */
export async function openKeyRing(file: string, log: KeyLog): Promise<KeyRing> {
  let keys: HashedKey[] = [];

  async function readAgain(): Promise<void> {
    try {
      keys = toHashed(await readKeys(file));
      log.info({ keys: keys.length }, 'the API keys have changed');
    } catch (thrown) {
      const err = toError(thrown);
      log.error({ err }, 'the API keys have changed but cannot be read; the previous keys remain valid');
    }
  }

  const onChange = (now: Stats, before: Stats) => {
    // A file that is not there is reported once, as if it had changed.
    if (now.nlink > 0 || before.nlink > 0) void readAgain();
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, onChange);
  try {
    // The poll looks first, so that no change falls between its first look and this reading.
    await unlessMissing(stat(file));
    keys = toHashed(await readKeys(file));
  } catch (thrown) {
    unwatchFile(file, onChange);
    throw thrown;
  }
  return {
    find(secret) {
      const hash = hashSecret(secret);
      let found: ApiKey | undefined;
      for (const each of keys) if (timingSafeEqual(each.hash, hash)) found = each.key;
      return found;
    },
    close: () => unwatchFile(file, onChange),
  };
}

function toHashed(keys: readonly ApiKey[]): HashedKey[] {
  return keys.map((key) => ({ key, hash: Buffer.from(key.sha256, 'hex') }));
}
