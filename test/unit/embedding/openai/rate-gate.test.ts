import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  createRateGate,
  parseDuration,
  readRetryAfter,
  type RateGate,
} from '../../../../src/embedding/openai/rate-gate.js';

/** A request that is in flight until it is ended. */
function begin(gate: RateGate, tokens = 1) {
  let isSent = false;
  let end: () => void = () => undefined;
  const done = gate.run(tokens, () => {
    isSent = true;
    return new Promise<void>((resolve) => (end = resolve));
  });
  return { isSent: () => isSent, end: () => (end(), done) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('lets a limited number of requests through at once, and the others in order of arrival', async () => {
    const gate = createRateGate(2);
    const requests = [begin(gate), begin(gate), begin(gate), begin(gate)];
    await turn();
    expect(requests.map(({ isSent }) => isSent())).toEqual([true, true, false, false]);
    await requests[1]?.end();
    await turn();
    expect(requests.map(({ isSent }) => isSent())).toEqual([true, true, true, false]);
  });

  test('halves their number if there were too many, and raises it again with answers', async () => {
    let now = 0;
    const gate = createRateGate(4, () => now);
    gate.learn(new Headers({ 'retry-after-ms': '10' }), true);
    now = 11;
    const requests = [begin(gate), begin(gate), begin(gate)];
    await turn();
    expect(requests.map(({ isSent }) => isSent())).toEqual([true, true, false]);
    gate.learn(new Headers(), false);
    gate.learn(new Headers(), false);
    await requests[0]?.end();
    await turn();
    const fourth = begin(gate);
    await turn();
    expect([requests[2]?.isSent(), fourth.isSent()]).toEqual([true, true]);
  });

  test('sends nothing before the time given by the API', async () => {
    const gate = createRateGate(4);
    gate.learn(new Headers({ 'retry-after-ms': '3000' }), true);
    const request = begin(gate);
    await jest.advanceTimersByTimeAsync(2_999);
    expect(request.isSent()).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(request.isSent()).toBe(true);
    await request.end();
  });

  test('pauses for at most 5 s; the caller must wait for longer times', async () => {
    let now = 0;
    const gate = createRateGate(1, () => now);
    gate.learn(new Headers({ 'retry-after': '86400' }), true);
    now = 5_001;
    await expect(gate.run(1, () => Promise.resolve('sent'))).resolves.toBe('sent');
  });

  test.each([
    ['tokens', 600],
    ['requests', 1],
  ])('waits for more %s if too few are left', async (what, tokens) => {
    const gate = createRateGate(4);
    gate.learn(
      new Headers({
        [`x-ratelimit-limit-${what}`]: '1000',
        [`x-ratelimit-remaining-${what}`]: '0',
        [`x-ratelimit-reset-${what}`]: '50s',
      }),
      false,
    );
    const request = begin(gate, tokens);
    await turn();
    expect(request.isSent()).toBe(false);
    await jest.advanceTimersByTimeAsync(50_000);
    expect(request.isSent()).toBe(true);
    await request.end();
  });

  test('drops a cancelled request, and lets the next one through instead', async () => {
    const gate = createRateGate(1);
    const first = begin(gate);
    const controller = new AbortController();
    const reason = new Error('The caller left');
    let isSent = false;
    const left = gate.run(1, async () => void (isSent = true), controller.signal);
    const last = begin(gate);
    controller.abort(reason);
    await expect(left).rejects.toBe(reason);
    await first.end();
    await turn();
    expect([isSent, last.isSent()]).toEqual([false, true]);
    await last.end();
  });

  test('does not delay a request because of a cancelled one', async () => {
    const gate = createRateGate(4);
    gate.learn(
      new Headers({
        'x-ratelimit-limit-tokens': '1000',
        'x-ratelimit-remaining-tokens': '10',
        'x-ratelimit-reset-tokens': '1h',
      }),
      false,
    );
    const controller = new AbortController();
    const large = gate.run(900, () => Promise.resolve(), controller.signal);
    const small = begin(gate, 5);
    controller.abort(new Error('The caller left'));
    await expect(large).rejects.toThrow('The caller left');
    await turn();
    expect(small.isSent()).toBe(true);
    await small.end();
  });

  test('ignores headers that it cannot read', async () => {
    const gate = createRateGate(1);
    gate.learn(new Headers({ 'x-ratelimit-remaining-tokens': 'many', 'retry-after': 'soon' }), false);
    await expect(gate.run(1, () => Promise.resolve('sent'))).resolves.toBe('sent');
  });

  test('continues after a failed request', async () => {
    const gate = createRateGate(1);
    await expect(gate.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run(1, () => Promise.resolve('sent'))).resolves.toBe('sent');
  });
});

test.each([
  ['6m0s', 360_000],
  ['1.5s', 1_500],
  ['20ms', 20],
  ['1h2m3s', 3_723_000],
  ['soon', null],
  ['', null],
  [null, null],
])('the duration %j is %j ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  [{ 'retry-after-ms': '250' }, 250],
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': 'Tue, 24 Nov 2026 12:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'later' }, undefined],
  [{}, undefined],
])('%j asks to wait %j ms', (headers, expected) => {
  expect(readRetryAfter(new Headers(headers), Date.parse('2026-11-24T12:00:00Z'))).toBe(expected);
});
