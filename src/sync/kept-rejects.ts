import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../make-folder.js';
import { unlessMissing } from '../system-error.js';
import { readTextLines } from '../text-lines.js';

/**
 * Rejected lines of a sync over all processes that it took, because an interrupted sync is resumed, not repeated.
 */
export interface KeptRejects {
  /** The file of the current load. */
  readonly ofLoad: string;
  /** Call when a load has finished, to keep what it rejected. */
  keep(): Promise<void>;
  /** Whether an earlier process has kept rejects of this sync. */
  areKept(): Promise<boolean>;
  /**
   * Replaces the requested file. Each line is written once, however often its page arrived.
   *
   * @returns whether there are any.
   */
  publish(file: string): Promise<boolean>;
  /** Call when the sync has finished. */
  forget(): Promise<void>;
}

export function createKeptRejects(folder: string, collection: string): KeptRejects {
  const ofLoad = path.join(folder, `${collection}.rejects.jsonl`);
  const kept = path.join(folder, `${collection}.rejected.jsonl`);
  return {
    ofLoad,
    async keep() {
      await writeDistinct([kept, ofLoad], kept);
      await rm(ofLoad, { force: true });
    },
    areKept: async () => (await unlessMissing(stat(kept))) !== null,
    publish: (file) => writeDistinct([kept, ofLoad], path.resolve(file)),
    forget: () => rm(kept, { force: true }),
  };
}

/** Writes the distinct lines of all files; if there are none, the target is removed. */
async function writeDistinct(files: readonly string[], to: string): Promise<boolean> {
  const draft = `${to}.new`;
  const seen = new Set<string>();
  await makeFolder(path.dirname(to));
  await pipeline(async function* () {
    for (const file of files) {
      for await (const line of readLines(file)) {
        const key = toKey(line);
        if (key === null || seen.has(key)) continue;
        seen.add(key);
        yield `${line}\n`;
      }
    }
  }, createWriteStream(draft));
  if (seen.size > 0) await rename(draft, to);
  else await Promise.all([rm(draft), rm(to, { force: true })]);
  return seen.size > 0;
}

async function* readLines(file: string): AsyncGenerator<string> {
  const input = createReadStream(file);
  const opened = new Promise<true>((resolve, reject) => {
    input.once('open', () => resolve(true)).once('error', reject);
  });
  if (await unlessMissing(opened)) yield* readTextLines(input, Infinity);
}

/** Identifies a record and the reason of its rejection, wherever its line was. Null for a truncated line. */
function toKey(line: string): string | null {
  try {
    // Written by `createRejects`.
    const { reason, text, text_base64: base64 } = JSON.parse(line) as Record<string, unknown>;
    return createHash('sha256')
      .update(JSON.stringify([reason, text, base64]))
      .digest('base64');
  } catch {
    return null;
  }
}
