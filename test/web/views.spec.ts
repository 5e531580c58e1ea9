import { AxeBuilder } from '@axe-core/playwright';
import { execute, expect, resultTitles, test } from './fixtures.js';

const VIEWS = {
  'the front page': '/',
  'a search': '/?q=language+models+since+2015&like=1706.03762',
  'a search without results': '/?q=by+Noam+Shazeer+in+1995',
  'a paper': '/paper/0704.0054',
  'an unknown paper': '/paper/2001.99999',
  'an author': '/author/Ilya%20Sutskever',
  'a category': '/category/cs.CV',
  recommendations: '/recommend?like=1706.03762&unlike=0704.0054',
  'the reading list': '/reading-list',
} as const;

for (const [name, address] of Object.entries(VIEWS)) {
  test(`${name} is accessible, fits the screen and can be reloaded`, async ({ page }) => {
    for (const open of [() => page.goto(address), () => page.reload()]) {
      await open();
      await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
      await page.waitForLoadState('networkidle');
    }
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page.locator('.waiting')).toHaveCount(0);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => [
      id,
      nodes.map(({ html, failureSummary }) => [html, failureSummary]),
    ]);
    expect(found).toEqual([]);
  });
}

test('an address that does not exist says so, with status 404', async ({ page, problems }) => {
  const response = await page.goto('/nothing/here');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such page');
  // The browser's own message about the status.
  expect(problems.splice(0).filter((text) => !text.includes('404'))).toEqual([]);
});

test('mathematics in titles and abstracts is typeset', async ({ page }) => {
  await page.goto('/paper/0704.0054');
  await expect(page.getByRole('heading', { level: 1 }).locator('math')).toBeVisible();
});

test('every view has its own title', async ({ page }) => {
  const titles = new Set<string>();
  for (const address of ['/', '/?q=language+models', '/paper/1706.03762', '/category/cs.CV']) {
    await page.goto(address);
    await page.waitForLoadState('networkidle');
    titles.add(await page.title());
  }
  expect(titles.size).toBe(4);
});

test('the explorer works with only the server', async ({ page }) => {
  await page.goto('/graphql');
  expect(await execute(page)).toMatchObject({ data: { search: { nodes: expect.any(Array) } } });
});

test('matching words are marked', async ({ page }) => {
  await page.goto('/?q=language+models');
  await expect(resultTitles(page).first()).toBeVisible();
  await expect(page.locator('main mark').first()).toBeVisible();
});

test('a feed reader that runs no scripts finds the feeds of all papers', async ({ request }) => {
  const page = await (await request.get('/', { headers: { accept: 'text/html' } })).text();
  const feeds = Array.from(
    page.matchAll(/<link rel="alternate" type="([^"]+)"[^>]* href="([^"]+)"/g),
    (found) => found.slice(1),
  );
  expect(feeds).toEqual([
    ['application/atom+xml', '/feed.atom'],
    ['application/feed+json', '/feed.json'],
  ]);
});

test('the head links to the feeds of the view, and to no others', async ({ page, request }) => {
  const feeds = page.locator('head > link[rel="alternate"]');
  const addresses = async () => Promise.all((await feeds.all()).map((link) => link.getAttribute('href')));
  await page.goto('/');
  await expect(feeds).toHaveCount(2);
  expect(await addresses()).toEqual(['/feed.atom', '/feed.json']);

  await page.goto('/?q=learning&category=cs.CV&match=words');
  const filter = encodeURIComponent('{"and":[{"categories":{"in":["cs.CV"]}}]}');
  await expect
    .poll(addresses)
    .toEqual([
      `/feed.atom?q=learning&filter=${filter}&mode=KEYWORD`,
      `/feed.json?q=learning&filter=${filter}&mode=KEYWORD`,
    ]);
  await expect(feeds.first()).toHaveAttribute('type', 'application/atom+xml');
  const found = await request.get((await addresses())[1] ?? '');
  expect(found.status()).toBe(200);

  await page.goto('/category/cs.CV');
  await expect(feeds).toHaveCount(2);
  await expect(feeds.first()).toHaveAttribute('title', /^New papers in Computer Vision/);
});
