import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { PublicError } from '../../src/errors/errors.js';
import { startNginx } from '../support/nginx.js';
import { startTestServer, type TestServer } from '../support/sample-server.js';

export { expect };

/** A server with the bundled sample, whose store and embedder can be made to fail. */
export interface WebServer extends Pick<TestServer, 'url'> {
  isStoreAway: boolean;
  isEmbedderAway: boolean;
}

interface Fixtures {
  /** Errors in the browser; a test that causes some on purpose clears them. */
  problems: string[];
}

export interface WorkerFixtures {
  /** Whether the browser reaches the server through nginx, with TLS; an option of a project. */
  isAfterNginx: boolean;
  server: WebServer;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  isAfterNginx: [false, { option: true, scope: 'worker' }],
  server: [
    async ({ isAfterNginx }, use) => {
      const server = await startTestServer({
        wrapStore: (store) => ({
          ...store,
          search: async (...searches) => {
            if (state.isStoreAway) throw new PublicError('STORE_UNAVAILABLE', 'The store is away');
            return store.search(...searches);
          },
        }),
        wrapEmbedder: (embedder) => ({
          ...embedder,
          embed: async (...texts) => {
            if (state.isEmbedderAway) throw new PublicError('EMBEDDING_UNAVAILABLE', 'No embeddings');
            return embedder.embed(...texts);
          },
        }),
      });
      const nginx = isAfterNginx ? await startNginx([server.url]) : null;
      const state: WebServer = { url: (nginx ?? server).url, isStoreAway: false, isEmbedderAway: false };
      await use(state);
      await nginx?.close();
      await server.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  problems: [
    async ({ page, server }, use) => {
      const problems: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('request', (request) => {
        const { origin } = new URL(request.url());
        if (origin !== server.url && origin !== 'null') problems.push(`Request to ${request.url()}`);
      });
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

/** The part of the browser's `Node` that is used here; these tests are compiled without its types. */
interface PageNode {
  ownerDocument: { activeElement: PageNode };
  compareDocumentPosition(other: PageNode): number;
  DOCUMENT_POSITION_FOLLOWING: number;
}

/** Presses Tab, or Shift+Tab to go back, until the element has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  const isBefore = await element.evaluate((node: PageNode) =>
    Boolean(
      node.compareDocumentPosition(node.ownerDocument.activeElement) & node.DOCUMENT_POSITION_FOLLOWING,
    ),
  );
  for (let presses = 0; presses < 200; presses++) {
    if (await element.and(page.locator(':focus')).count()) return;
    await page.keyboard.press(isBefore ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`Tab does not reach ${String(element)}`);
}

/** How a person activates elements of the page. Every task must be possible with each way alone. */
export const HANDS = {
  'by mouse': (_page: Page, element: Locator) => element.click(),
  'by keyboard': async (page: Page, element: Locator) => {
    await tabTo(page, element);
    await page.keyboard.press((await element.getAttribute('type')) === 'checkbox' ? 'Space' : 'Enter');
  },
} as const;

export type Press = (element: Locator) => Promise<void>;

export function searchBox(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Search papers' });
}

/** Titles of the results, once there are some. */
export function resultTitles(page: Page): Locator {
  return page.locator('main .results').getByRole('heading');
}

/** Opens the filters, which narrow screens hide. */
export async function openFacets(page: Page, press: Press): Promise<Locator> {
  const facets = page.getByRole('complementary', { name: 'Narrow the search' });
  const toggle = facets.locator('.facets-toggle');
  const isOpen = (await toggle.getAttribute('aria-expanded')) === 'true';
  if (!isOpen && (await toggle.isVisible())) await press(toggle);
  return facets;
}

/** The number of papers in all years of the chart. */
export async function sumOfYears(page: Page): Promise<number> {
  const years = await page.locator('.year title').allTextContents();
  return years.reduce((sum, text) => sum + Number(text.split(': ')[1]), 0);
}

/** Sends the operation that the explorer shows, and returns its answer. */
export async function execute(page: Page): Promise<unknown> {
  await expect(page.locator('.graphiql-query-editor .view-line').first()).toBeVisible();
  const isOperation = (body: string | null) => body !== null && !body.includes('IntrospectionQuery');
  const answering = page.waitForResponse((response) => isOperation(response.request().postData()));
  await page.getByRole('button', { name: /Execute/ }).click();
  const answer: unknown = await (await answering).json();
  await expect(page.locator('.graphiql-response .view-line').first()).toBeAttached();
  return answer;
}
