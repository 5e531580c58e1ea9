import type { Browser, Page } from '@playwright/test';
import { openBrowser } from './browser.js';
import { largeCorpus, SAMPLE } from './corpus.js';
import { openScratchLance } from './scratch-store.js';
import { serveCorpus } from './serve-corpus.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';

const RUNS = 5;
const QUERY = '/?q=language+models';
const LOADED_RESULTS = 500;

/** Makes the browser record its timings: see https://web.dev/articles/vitals. */
const OBSERVE = `
  window.vitals = { lcp: 0, cls: 0, inp: 0 };
  const observe = (type, use, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(use)).observe({ type, buffered: true, ...options });
  observe('largest-contentful-paint', ({ startTime }) => { vitals.lcp = startTime; });
  observe('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) vitals.cls += value; });
  observe('event', ({ duration, interactionId }) => {
    if (interactionId > 0) vitals.inp = Math.max(vitals.inp, duration);
  }, { durationThreshold: 16 });
`;

interface Vitals {
  /** Largest contentful paint, in ms since navigation. */
  lcp: number;
  /** Cumulative layout shift. */
  cls: number;
  /** The longest time from an interaction to the next paint, in ms; 0 if all were under 16. */
  inp: number;
}

/** A network and a processor as simulated by the developer tools of browsers: "Fast 4G", and four times slower. */
const THROTTLED = {
  network: { offline: false, latency: 165, downloadThroughput: 1_012_500, uploadThroughput: 168_750 },
  cpuRate: 4,
};

/** Measures the waits of a reader: for the first view, and for interactions in a long list. */
export async function benchWeb({ quick }: { quick: boolean }): Promise<void> {
  const corpus = (quick ? null : largeCorpus()) ?? SAMPLE;
  const embedder = await createLocalEmbedder();
  const browser = await openBrowser();
  try {
    await serveCorpus(await openScratchLance(), corpus, embedder, 1, async ({ graphqlUrl }) => {
      const origin = new URL(graphqlUrl).origin;
      for (const address of ['/', QUERY]) {
        for (const isThrottled of [false, true]) {
          await benchFirstView(browser, `${origin}${address}`, isThrottled, quick ? 1 : RUNS);
        }
      }
      await benchLongList(browser, `${origin}${QUERY}`);
    });
  } finally {
    await browser.close();
    await embedder.close();
  }
}

async function benchFirstView(
  browser: Browser,
  url: string,
  isThrottled: boolean,
  runs: number,
): Promise<void> {
  const all: Vitals[] = [];
  let scriptBytes = 0;
  for (let run = 0; run < runs; run++) {
    const page = await openObserved(browser);
    if (isThrottled) await throttle(page);
    await page.goto(url);
    await page.locator('.result, .lead').first().waitFor();
    await page.waitForLoadState('networkidle');
    all.push(await page.evaluate<Vitals>('vitals'));
    scriptBytes = await page.evaluate<number>(
      `performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    );
    await page.context().close();
  }
  const lcp = all.map((vitals) => vitals.lcp).sort((a, b) => a - b);
  const cls = Math.max(...all.map((vitals) => vitals.cls));
  console.log(
    `${new URL(url).search === '' ? 'front page' : 'search'}, ${isThrottled ? 'Fast 4G and a quarter of the processor' : 'unthrottled'}: ` +
      `largest contentful paint ${(lcp[lcp.length >> 1] ?? NaN).toFixed(0)} ms (median of ${runs}, at most ${(lcp.at(-1) ?? NaN).toFixed(0)}), ` +
      `layout shift ${cls.toFixed(3)}, ${(scriptBytes / 1_000).toFixed(0)} kB of script`,
  );
}

/** Loads more results with the button, and uses the page at the same time. */
async function benchLongList(browser: Browser, url: string): Promise<void> {
  const page = await openObserved(browser);
  await page.goto(url);
  const results = page.locator('.result');
  await results.first().waitFor();
  let shown = 0;
  for (let rounds = 0; shown < LOADED_RESULTS && rounds < 40; rounds++) {
    const more = page.getByRole('button', { name: 'Load more' });
    if ((await more.count()) === 0) break;
    await more.click();
    await results.nth(shown).getByRole('button', { name: /^Keep/ }).click();
    await page
      .waitForFunction(`document.querySelectorAll('.result').length > ${shown + 20}`, null, {
        timeout: 5_000,
      })
      .catch(() => undefined);
    shown = await results.count();
  }
  const why = results.nth(shown >> 1).getByRole('button', { name: /^Why/ });
  await why.click();
  await page.getByRole('combobox', { name: 'Search papers' }).pressSequentially(' of', { delay: 50 });
  await page.waitForTimeout(500);
  const { inp, cls } = await page.evaluate<Vitals>('vitals');
  console.log(
    `a list of ${shown} results: interaction to next paint at most ${inp.toFixed(0)} ms, layout shift ${cls.toFixed(3)}`,
  );
  await page.context().close();
}

async function openObserved(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(OBSERVE);
  return page;
}

async function throttle(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.emulateNetworkConditions', THROTTLED.network);
  await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLED.cpuRate });
}
