import { EventEmitter, once } from 'node:events';
import type { Page, Route } from '@playwright/test';
import { expect, HANDS, resultTitles, searchBox, sumOfYears, test } from './fixtures.js';

/** Lets the route answer requests for an operation, and the server all others. */
async function intercept(
  page: Page,
  operation: string,
  answer: (route: Route) => Promise<void>,
): Promise<void> {
  await page.route('**/graphql', async (route) => {
    const body = route.request().postData() ?? '';
    await (body.includes(`query ${operation}`) ? answer(route) : route.fallback());
  });
}

/** Holds requests until they are released. */
function hold(): { held: Promise<void>; release: () => void } {
  const gate = new EventEmitter();
  return { held: once(gate, 'open').then(() => undefined), release: () => void gate.emit('open') };
}

for (const [name, hand] of Object.entries(HANDS)) {
  test(`an unavailable store is reported, and retrying continues, ${name}`, async ({ page, server }) => {
    server.isStoreAway = true;
    await page.goto('/?q=language+models');
    const problem = page.getByRole('alert').first();
    await expect(problem).toContainText('The paper database is not responding at the moment.');
    server.isStoreAway = false;
    await hand(page, problem.getByRole('button', { name: 'Try again' }));
    await expect(resultTitles(page).first()).toBeVisible();
  });

  test(`a search by words alone says so, and searching again gives complete results, ${name}`, async ({
    page,
    server,
  }) => {
    server.isEmbedderAway = true;
    await page.goto(`/?q=language+models+that+${name}`);
    const notice = page.getByRole('status').filter({ hasText: 'Searching by meaning is not possible' });
    await expect(notice).toBeVisible();
    await expect(resultTitles(page).first()).toBeVisible();
    // Facets count what was found.
    const shown = await page
      .getByRole('status')
      .filter({ hasText: /^\d+ papers?$/ })
      .textContent();
    await expect.poll(() => sumOfYears(page)).toBe(Number.parseInt(shown ?? '', 10));
    server.isEmbedderAway = false;
    await hand(page, notice.getByRole('button', { name: 'Search again' }));
    await expect(notice).toBeHidden();
    await expect(resultTitles(page).first()).toBeVisible();
  });

  test(`a stopped server is reported, and retrying continues, ${name}`, async ({ page, problems }) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.route('**/graphql', (route) => route.abort('connectionrefused'));
    await searchBox(page).fill('language models');
    await searchBox(page).press('Enter');
    const problem = page.getByRole('alert').first();
    await expect(problem).toContainText('Cannot reach the server.');
    await page.unroute('**/graphql');
    await hand(page, problem.getByRole('button', { name: 'Try again' }));
    await expect(resultTitles(page).first()).toBeVisible();
    // The browser's own message about refused connections.
    expect(problems.splice(0).filter((text) => !text.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  });
}

test('the page asks for a required key, and keeps it for the tab', async ({ page, problems }) => {
  const KEY = `pql_${'k'.repeat(43)}`;
  await page.route('**/graphql', async (route) => {
    const isAdmitted = route.request().headers()['authorization'] === `Bearer ${KEY}`;
    if (isAdmitted) return route.fallback({ headers: { 'content-type': 'application/json' } });
    const extensions = { code: 'UNAUTHENTICATED', isRetryable: false };
    await route.fulfill({ status: 401, json: { errors: [{ message: 'No key', extensions }] } });
  });
  await page.goto('/?q=language+models');
  const form = page.getByRole('alert').first();
  await expect(form).toContainText('This server requires an API key.');
  await form.getByLabel('API key').fill('pql_wrong');
  await form.getByLabel('API key').press('Enter');
  await expect(form).toContainText('The server does not accept this API key.');
  await form.getByLabel('API key').fill(` ${KEY} `);
  await form.getByRole('button', { name: 'Use this key' }).click();
  await expect(resultTitles(page).first()).toBeVisible();
  await page.reload();
  await expect(resultTitles(page).first()).toBeVisible();
  // The browser's own message about rejected requests.
  expect(problems.splice(0).filter((text) => !text.includes('401'))).toEqual([]);
});

test('clients over their budget see how long to wait', async ({ page, problems }) => {
  await intercept(page, 'SearchPage', async (route) => {
    const extensions = { code: 'RATE_LIMITED', isRetryable: true, retryAfterMs: 29_400 };
    await route.fulfill({ status: 429, json: { errors: [{ message: 'Too much', extensions }] } });
  });
  await page.goto('/?q=language+models');
  await expect(page.getByRole('alert').first()).toContainText('Try again in 30 seconds.');
  expect(problems.splice(0).filter((text) => !text.includes('429'))).toEqual([]);
});

test('results without counts say so', async ({ page, problems }) => {
  await intercept(page, 'SearchFacets', async (route) => {
    const extensions = { code: 'RATE_LIMITED', isRetryable: false };
    await route.fulfill({ status: 429, json: { errors: [{ message: 'Too much', extensions }] } });
  });
  await page.goto('/?q=language+models');
  await expect(resultTitles(page).first()).toBeVisible();
  const problem = page.getByRole('alert');
  await expect(problem).toContainText('The papers could not be counted. You have reached the limit');
  expect(problems.splice(0).filter((text) => !text.includes('429'))).toEqual([]);
});

test('the page shows that it waits for a slow answer', async ({ page }) => {
  const { held, release } = hold();
  await intercept(page, 'SearchPage', async (route) => {
    await held;
    await route.fallback();
  });
  await page.goto('/?q=language+models');
  await expect(page.getByRole('status').filter({ hasText: 'This takes longer than usual.' })).toBeVisible();
  release();
  await expect(resultTitles(page).first()).toBeVisible();
});

/** Types as fast as possible, so that even a busy machine makes no pause between two letters. */
async function typeAtOnce(page: Page, text: string): Promise<void> {
  await expect(searchBox(page)).toBeVisible();
  await page.evaluate(`
    const box = document.querySelector('[role=combobox]');
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    for (let length = 1; length <= ${text.length}; length++) {
      set.call(box, '${text}'.slice(0, length));
      box.dispatchEvent(new Event('input', { bubbles: true }));
    }`);
}

test('typing sends one request per pause, and a late answer replaces nothing', async ({ page }) => {
  const asked: string[] = [];
  const { held, release } = hold();
  await intercept(page, 'SuggestCompletions', async (route) => {
    const { variables } = route.request().postDataJSON() as { variables: { prefix: string } };
    asked.push(variables.prefix);
    if (variables.prefix === 'deep') await held;
    // A cancelled request cannot be answered.
    await route.fallback().catch(() => undefined);
  });
  await page.goto('/');
  await typeAtOnce(page, 'deep');
  await expect.poll(() => asked).toEqual(['deep']);
  await searchBox(page).fill('attention');
  await expect(page.getByRole('option', { name: /Attention/ }).first()).toBeVisible();
  release();
  await page.waitForTimeout(300);
  expect(asked).toEqual(['deep', 'attention']);
  await expect(page.getByRole('option', { name: /Attention/ }).first()).toBeVisible();
  await expect(page.getByRole('option', { name: /^Deep/ })).toHaveCount(0);
});

test('a search that is no longer needed is aborted', async ({ page }) => {
  const aborted: string[] = [];
  page.on('requestfailed', (request) => aborted.push(request.postData() ?? ''));
  await intercept(page, 'SearchPage', async (route) => {
    if (!(route.request().postData() ?? '').includes('first search')) await route.fallback();
  });
  await page.goto('/');
  await searchBox(page).fill('first search');
  await searchBox(page).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Loading papers' })).toBeVisible();
  await searchBox(page).fill('language models');
  await searchBox(page).press('Enter');
  await expect(resultTitles(page).first()).toBeVisible();
  expect(aborted.some((body) => body.includes('first search'))).toBe(true);
});

test('hostile titles, names and DOIs are shown as text', async ({ page }) => {
  const hostile = '<img src=x onerror=alert(1)>';
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await intercept(page, 'PaperPage', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { data: { paper: Record<string, unknown> } };
    Object.assign(answer.data.paper, {
      title: `${hostile} $\\href{javascript:alert(2)}{x}$`,
      abstract: `${hostile} <script>alert(3)</script>`,
      authors: [{ __typename: 'Author', id: 'x', name: '"><svg onload=alert(4)>' }],
      doi: 'javascript:alert(5)',
      comments: hostile,
    });
    await route.fulfill({ response, json: answer });
  });
  await page.goto('/paper/1706.03762');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(hostile);
  await expect(page.locator('main img, main script, main [onload], main [onerror]')).toHaveCount(0);
  await expect(page.locator('a[href^="javascript:" i]')).toHaveCount(0);
  await expect(page.getByText('javascript:alert(5)')).toBeVisible();
  expect(dialogs).toEqual([]);
});

test('a paper with 3,000 authors does not block the page', async ({ page }) => {
  await intercept(page, 'PaperPage', async (route) => {
    const { variables } = route.request().postDataJSON() as { variables: { authors: number } };
    const response = await route.fetch();
    const answer = (await response.json()) as { data: { paper: Record<string, unknown> } };
    const authors = Array.from({ length: variables.authors }, (_, at) => ({ name: `Author ${at}` }));
    Object.assign(answer.data.paper, { authorCount: 3_000, authors });
    await route.fulfill({ response, json: answer });
  });
  await page.goto('/paper/1706.03762');
  await page.getByRole('button', { name: /of 3,000 authors/ }).click();
  await expect(page.getByRole('link', { name: 'Author 999', exact: true })).toBeAttached();
});
