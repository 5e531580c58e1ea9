import { isIP } from 'node:net';
import { z } from 'zod';
import { parseDecimal, parseWholeNumber } from '../parse-number.js';

/* Kinds of values that environment variables have. Each parses text, and says what it expected if that fails. */

const MAX_PROXIES = 16;

export function wholeNumber(least: number, most: number) {
  const expected = `expected a whole number from ${least} to ${most}`;
  return z
    .string()
    .transform(parseWholeNumber)
    .refine((value) => value >= least && value <= most, expected);
}

export function decimal(least: number, most: number) {
  const expected = `expected a number from ${least} to ${most}`;
  return z
    .string()
    .transform(parseDecimal)
    .refine((value) => value >= least && value <= most, expected);
}

export function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, `expected one of ${names.join(', ')}`);
}

export function yesOrNo() {
  return z.enum(['true', 'false'], 'expected true or false').transform((value) => value === 'true');
}

export function webAddress() {
  return z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' });
}

/** Without duplicates, separated only by commas. */
export function webAddresses() {
  return z
    .string()
    .transform((list) => [...new Set(list.split(',').map((address) => address.trim()))].join(','))
    .refine((list) => list.split(',').every((address) => webAddress().safeParse(address).success), {
      error: ({ input }) =>
        String(input).includes(',')
          ? 'expected http:// or https:// URLs, separated by commas'
          : 'expected an http:// or https:// URL',
      abort: true,
    });
}

export function haveNoSecret(addresses: string): boolean {
  return addresses.split(',').every(hasNoSecret);
}

/** Addresses must not contain secrets, because they are shown on the console and in logs. */
export function hasNoSecret(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { username, password, search } = new URL(address);
  return username === '' && password === '' && search === '';
}

export function origins() {
  return z
    .string()
    .transform(splitList)
    .refine((list) => list.every((origin) => origin === '*' || isOrigin(origin)), {
      error: 'expected origins such as https://papers.example.org, separated by commas, or *',
    });
}

export function listOf(pattern: RegExp, expected: string) {
  return z
    .string()
    .transform(splitList)
    .refine((list) => list.every((each) => pattern.test(each)), expected);
}

/** A number of proxies, each of which adds an address to X-Forwarded-For; or their addresses and networks. */
export function proxies() {
  return z
    .string()
    .transform((text) => {
      const count = parseWholeNumber(text);
      return Number.isNaN(count) ? splitList(text) : count;
    })
    .refine(
      (given) =>
        typeof given === 'number'
          ? given >= 1 && given <= MAX_PROXIES
          : given.every((each) => isNetwork(each)),
      `expected a number of proxies from 1 to ${MAX_PROXIES}, or addresses and networks such as 10.0.0.0/8, separated by commas`,
    );
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  const isPrefix =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  return version !== 0 && isPrefix && more.length === 0;
}

export function hostNames() {
  return z
    .string()
    .transform((list) => splitList(list.toLowerCase()))
    .refine((list) => list.every((name) => name === '*' || /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(name)), {
      error:
        'expected host names without ports such as papers.example.org or [::1], separated by commas, or *',
    });
}

/** The parts between commas, trimmed; empty ones are left out. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
