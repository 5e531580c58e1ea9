const SystemDate = Date;

/**
 * Sets what the clock says, until `resetClock`; timers go on. Imported with `importOnce`, it sets that of the server that
 * `startTestServer` starts, which is not the clock of the test.
 */
export function setClock(now: string): void {
  const ms = SystemDate.parse(now);
  globalThis.Date = new Proxy(SystemDate, {
    construct: (target, args: unknown[]) =>
      Reflect.construct(target, args.length === 0 ? [ms] : args) as Date,
    get: (target, key) => (key === 'now' ? () => ms : (Reflect.get(target, key) as unknown)),
  });
}

export function resetClock(): void {
  globalThis.Date = SystemDate;
}
