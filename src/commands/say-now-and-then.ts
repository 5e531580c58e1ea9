const SAY_EVERY_MS = 5_000;

/** Prints progress on standard error, at most every five seconds. */
export function sayNowAndThen<Progress = string>(
  toText: (progress: Progress) => string = String,
): (progress: Progress) => void {
  let saidAt = performance.now();
  return (progress) => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    console.error(toText(progress));
  };
}
