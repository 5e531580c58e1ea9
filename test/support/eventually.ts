import { setTimeout } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;
/** A condition that is still false after this many checks will never be true. */
const MAX_LOOKS = 500;

/** Resolves once the condition holds. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; !(await condition()); look++) {
    if (look === MAX_LOOKS) throw new Error(`This never became true: ${String(condition)}`);
    await setTimeout(LOOK_EVERY_MS);
  }
}
