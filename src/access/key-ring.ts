import { timingSafeEqual } from 'node:crypto';
import { unwatchFile, watchFile, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hashSecret, readKeys, type ApiKey } from './keys.js';
import { toError } from '../errors/errors.js';
import { unlessMissing } from '../system-error.js';

/** A change of the keys takes effect within a second: this interval, plus the time to read the file. */
const LOOK_EVERY_MS = 400;

/** Log for changes of the keys. */
export interface KeyLog {
  info(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The keys that are currently valid. */
export interface KeyRing {
  /**
   * The matching key; undefined if there is none. The time it takes does not reveal how similar the secret is to a
   * key.
   */
  find(secret: string): ApiKey | undefined;
  /** Stops watching the file. */
  close(): void;
}

interface HashedKey {
  key: ApiKey;
  hash: Buffer;
}

/**
 * Reads the keys in a file, which need not exist, and watches it for changes. The file is polled, because file
 * systems shared by several machines do not report changes. If the file becomes unreadable, the previous keys stay
 * valid, so that a mistake of the operator locks nobody out. If it is deleted, no key is valid.
 *
 * @throws StartupError if the file cannot be read at first.
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
    // A missing file is reported once, like a change.
    if (now.nlink > 0 || before.nlink > 0) void readAgain();
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, onChange);
  try {
    // Polling starts first, so that no change between its first poll and this read is missed.
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
