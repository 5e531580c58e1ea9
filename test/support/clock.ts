const SystemDate = Date;

/**
 * Sets the clock until `resetClock`; timers keep running. When imported with `importOnce`, it sets the clock of the server that
 * `startTestServer` starts, not the clock of the test.
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
