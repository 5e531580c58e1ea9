import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import {
  execute,
  expect,
  HANDS,
  openFacets,
  resultTitles,
  searchBox,
  sumOfYears,
  tabTo,
  test,
} from './fixtures.js';

const ATTENTION = 'Attention Is All You Need';

test('typing part of a title finds the paper', async ({ page }) => {
  await page.goto('/');
  await searchBox(page).pressSequentially('attention is a');
  await page.getByRole('option', { name: ATTENTION }).click();
  await expect(page).toHaveURL(/\/paper\/1706\.03762$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(ATTENTION);
});

test('the same works by keyboard alone, in a field announced as a combobox', async ({ page }) => {
  await page.goto('/');
  await tabTo(page, searchBox(page));
  await page.keyboard.type('attention is a');
  await expect(searchBox(page)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  const active = await searchBox(page).getAttribute('aria-activedescendant');
  await expect(page.locator(`[id="${active}"]`)).toHaveRole('option');
  while (!(await page.locator('[aria-selected=true]').textContent())?.includes(ATTENTION)) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(ATTENTION);
});

test('a query becomes conditions that can be changed or removed by keyboard', async ({ page }) => {
  await page.goto('/?q=transformers+since+2016');
  const change = page.getByRole('button', { name: /^Change submitted/ });
  await expect(change).toBeVisible();
  await tabTo(page, change);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('since 2020');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/since\+2020/);
  await expect(searchBox(page)).toHaveValue('transformers since 2020');
  await tabTo(page, page.getByRole('button', { name: /^Remove submitted/ }));
  await page.keyboard.press('Enter');
  await expect(searchBox(page)).toHaveValue('transformers');
});

for (const [name, hand] of Object.entries(HANDS)) {
  test(`a search can be narrowed to a category and to years, and each condition can be removed, ${name}`, async ({
    page,
  }) => {
    const press = (element: Locator) => hand(page, element);
    await page.goto('/?q=learning');
    await expect(resultTitles(page).first()).toBeVisible();
    let facets = await openFacets(page, press);
    await press(facets.getByRole('checkbox', { name: /Computer Vision/ }));
    await expect(page).toHaveURL(/category=cs\.CV/);
    facets = await openFacets(page, press);
    await facets.getByRole('spinbutton', { name: 'From' }).fill('2025');
    await facets.getByRole('spinbutton', { name: 'to' }).fill('2025');
    await press(facets.getByRole('button', { name: 'Set' }));
    await expect(page).toHaveURL(/from=2025&to=2025/);
    const chips = page.getByRole('list', { name: 'Conditions of the search' });
    await expect(chips).toContainText('category cs.CV');
    await expect(chips).toContainText('2025');
    await expect(page.locator('main .results').getByText('cs.CV').first()).toBeVisible();
    await press(chips.getByRole('button', { name: 'Remove category cs.CV' }));
    await expect(page).not.toHaveURL(/category/);
    await expect(chips).not.toContainText('category');
  });

  test(`links lead from a paper’s author to all papers and to co-authors, ${name}`, async ({ page }) => {
    const press = (element: Locator) => hand(page, element);
    await page.goto('/paper/1706.03762');
    await press(page.getByRole('link', { name: 'Noam Shazeer' }).first());
    await expect(page).toHaveURL(/\/author\/Noam%20Shazeer$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Noam Shazeer');
    await expect(resultTitles(page).filter({ hasText: ATTENTION })).toBeVisible();
    await expect(page.getByRole('complementary').getByRole('link', { name: 'Ashish Vaswani' })).toBeVisible();
  });

  test(`three papers can be collected, exported and imported again, ${name}`, async ({ page }) => {
    const press = (element: Locator) => hand(page, element);
    await page.goto('/?q=language+models');
    await expect(resultTitles(page).nth(2)).toBeVisible();
    const titles = (await resultTitles(page).allTextContents()).slice(0, 3);
    // The last one first.
    const kept = titles.toReversed();
    for (const title of titles) {
      await press(page.getByRole('button', { name: `Keep ${title} in the reading list` }));
    }
    await press(page.getByRole('link', { name: 'Reading list (3)' }));
    await expect(resultTitles(page)).toHaveText(kept);

    const exported: Record<string, string> = {};
    for (const format of ['BibTeX', 'RIS', 'CSL-JSON']) {
      const downloading = page.waitForEvent('download');
      await press(page.getByRole('button', { name: `Export ${format}` }));
      const file = await (await downloading).path();
      exported[format] = await readFile(file, 'utf8');
    }
    expect(exported['BibTeX']?.match(/^@\w+\{/gm)).toHaveLength(3);
    expect(exported['RIS']?.match(/^ER {2}- /gm)).toHaveLength(3);
    expect(JSON.parse(exported['CSL-JSON'] ?? '')).toHaveLength(3);

    for (const title of titles) {
      await press(page.getByRole('button', { name: `Keep ${title} in the reading list` }));
    }
    await expect(page.getByText('The list is empty.')).toBeVisible();
    for (const [format, name] of Object.entries({ BibTeX: 'a.bib', RIS: 'a.ris', 'CSL-JSON': 'a.json' })) {
      const buffer = Buffer.from(exported[format] ?? '');
      await page.getByLabel('Import').setInputFiles({ name, mimeType: 'text/plain', buffer });
      await expect(page.getByRole('status').filter({ hasText: 'Found 3 papers' })).toBeVisible();
    }
    await expect(resultTitles(page)).toHaveText(kept);
    await page.reload();
    await expect(resultTitles(page)).toHaveText(kept);
  });

  test(`a citation can be copied, ${name}`, async ({ page }) => {
    const press = (element: Locator) => hand(page, element);
    await page.goto('/paper/1706.03762');
    await press(page.getByRole('button', { name: 'Copy BibTeX' }));
    await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toMatch(/^@misc\{vaswani\w+,\n/);
    expect(copied).toContain(`title={${ATTENTION}}`);
  });

  test(`going back restores the scroll position and the focus in a long list, ${name}`, async ({ page }) => {
    const press = (element: Locator) => hand(page, element);
    await page.goto('/?q=learning');
    await expect(resultTitles(page).nth(19)).toBeVisible();
    await resultTitles(page).nth(19).scrollIntoViewIfNeeded();
    await expect(resultTitles(page).nth(35)).toBeAttached();
    const link = resultTitles(page).nth(32).getByRole('link');
    await link.scrollIntoViewIfNeeded();
    const title = (await link.textContent()) ?? '';
    const id = (await link.getAttribute('id')) ?? '';
    await link.focus();
    await press(link);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await page.goBack();
    await expect(page.locator(`[id="${id}"]`)).toBeInViewport();
    await expect(page.locator(`[id="${id}"]`)).toBeFocused();
  });
}

test('an imported file is described, and papers that the corpus lacks can be removed', async ({ page }) => {
  await page.goto('/reading-list');
  const choose = (name: string, text: string) =>
    page.getByLabel('Import').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  const said = page.locator('.paper-links').getByRole('status');
  await choose('a.bib', '@misc{a, eprint={1706.03762}');
  await expect(said).toHaveText(
    'The file ends within a reference; it may be incomplete. Nothing was imported.',
  );
  await expect(page.getByText('The list is empty.')).toBeVisible();
  const entries = ['eprint={1706.03762}', 'eprint={2001.99999}', 'doi={10.1000/182}'];
  const file = entries.map((entry) => `@misc{key, ${entry}}`).join('\n');
  await choose('a.bib', file);
  await expect(said).toHaveText('Found 2 papers in the file. 1 reference has no arXiv identifier.');
  await expect(resultTitles(page)).toHaveText([ATTENTION]);
  await choose('a.bib', file);
  await expect(said).toContainText('2 were already in the list.');
  await page.getByRole('button', { name: 'Remove 2001.99999 from the reading list' }).click();
  await expect(page.getByText('This paper is not in this corpus')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Reading list (1)' })).toBeVisible();
});

test('liked and unliked papers lead to a list of recommendations', async ({ page }) => {
  await page.goto('/?q=language+models');
  await expect(resultTitles(page).nth(1)).toBeVisible();
  const [first = '', second = ''] = await resultTitles(page).allTextContents();
  await page.getByRole('button', { name: `More like ${first}` }).click();
  await page.getByRole('button', { name: `Less like ${second}` }).click();
  await page.getByRole('link', { name: 'Show recommendations' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recommendations');
  await expect(resultTitles(page).first()).toBeVisible();
  expect(await resultTitles(page).allTextContents()).not.toContain(first);
});

test('more results continue without repeating any', async ({ page }) => {
  await page.goto('/?q=learning');
  for (const count of [20, 40, 60]) {
    await expect(resultTitles(page).nth(count - 1)).toBeAttached();
    await resultTitles(page)
      .nth(count - 1)
      .scrollIntoViewIfNeeded();
  }
  await expect(resultTitles(page).nth(79)).toBeAttached();
  const links = await resultTitles(page).getByRole('link').all();
  const ids = await Promise.all(links.map((link) => link.getAttribute('id')));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a search without results suggests conditions to remove, with the number of papers for each', async ({
  page,
}) => {
  await page.goto('/?q=by+Noam+Shazeer+in+1995');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  const loosened = page.getByRole('link', { name: /^without/ });
  await expect(loosened).toHaveCount(2);
  await expect(page.getByText(/without .*: \d+ papers?/).first()).toBeVisible();
  await loosened.filter({ hasText: '1995' }).click();
  await expect(resultTitles(page).filter({ hasText: ATTENTION })).toBeVisible();
});

/** The address of each search, and its arguments in the API. */
const EXCLUSIONS = {
  'by meaning': ['/?q=learning+NOT+survey+-cs.CV', { mode: 'HYBRID' }],
  'by words': ['/?q=learning+NOT+survey+-cs.CV&match=words', { mode: 'KEYWORD' }],
  'of a listing': [
    '/?q=NOT+cs.CV&category=cs.LG',
    { mode: 'HYBRID', filter: { categories: { in: ['cs.LG'] } } },
  ],
} as const;

for (const [name, [address, args]] of Object.entries(EXCLUSIONS)) {
  test(`the numbers of a search with exclusions are those of the API, ${name}`, async ({ page, request }) => {
    const query = new URLSearchParams(address.slice('/?'.length)).get('q');
    const response = await request.post('/graphql', {
      data: {
        query: `query ($query: String, $mode: SearchMode! = HYBRID, $filter: SearchFilter) {
          search(query: $query, mode: $mode, filter: $filter) {
            foundCount
            facets(field: CATEGORY, of: FOUND, first: 12) { label count }
          }
        }`,
        variables: { query, ...args },
      },
    });
    const { data } = (await response.json()) as {
      data: { search: { foundCount: number; facets: { label: string; count: number }[] } };
    };
    const { foundCount, facets } = data.search;
    await page.goto(address);
    await expect(page.getByRole('status').filter({ hasText: `${foundCount} papers` })).toBeVisible();
    const shown = await openFacets(page, (locator) => locator.click());
    await expect
      .poll(() => shown.getByRole('group', { name: 'Category' }).locator('.facet').allTextContents())
      .toEqual(facets.map(({ label, count }) => `${label}${count}`));
    expect(await sumOfYears(page)).toBe(foundCount);
  });
}

test('the numbers without a condition are those of the searches that the links lead to', async ({ page }) => {
  await page.goto('/?q=learning+by+Noam+Shazeer+NOT+cs.CL+NOT+cs.LG&match=words');
  const notice = page.getByRole('heading', { name: 'Nothing found' }).locator('..');
  await expect(page.getByRole('status').filter({ hasText: '0 papers' })).toBeVisible();
  await expect(notice).toContainText('No paper that meets the conditions has any of these words.');
  const items = notice.getByRole('listitem');
  await expect(items).toHaveText([
    /^without “author "Noam Shazeer"”: \d+ papers?$/,
    /^without “not category cs\.CL”: \d+ papers?$/,
    /^without “not category cs\.LG”: \d+ papers?$/,
  ]);
  const [first = ''] = await items.allTextContents();
  await items.first().getByRole('link').click();
  const count = first.replace(/^.*: /, '');
  await expect(page.getByRole('status').filter({ hasText: count })).toHaveText(count);
});

test('an unknown name is answered with similar names', async ({ page }) => {
  await page.goto('/?q=attention+by+Ashish+Vaswanni');
  await page.getByRole('link', { name: 'Ashish Vaswani' }).first().click();
  await expect(page).toHaveURL(/Ashish\+Vaswani$/);
});

test('the explanation of a result is shown on request', async ({ page }) => {
  await page.goto('/?q=language+models');
  const why = page.getByRole('button', { name: /^Why/ }).first();
  await why.click();
  await expect(why).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByText(/^Meaning: /).first()).toBeVisible();
});

test('the operation of a view opens in the explorer and can be run there', async ({ page }) => {
  await page.goto('/?q=language+models');
  await expect(resultTitles(page).first()).toBeVisible();
  await page.getByRole('button', { name: 'This as GraphQL' }).click();
  await page.getByRole('link', { name: 'Open in the explorer' }).click();
  await expect(page).toHaveURL(/\/graphql\?query=/);
  expect(await execute(page)).toMatchObject({
    data: { search: { pageInfo: { endCursor: expect.any(String) } } },
  });
});
