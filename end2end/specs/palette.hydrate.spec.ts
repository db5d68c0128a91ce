// The palette: the search as a dialog, by keyboard.
import { demo } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { expect, test } from '../fixtures.ts';

test.use({ installation: 'demo' });

test.beforeEach(async ({ as }) => as(demo.administrator));

test('Ctrl K opens the palette on a page without wasm, and Enter opens the person who was mistyped', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto('/teams');
  expect(requests.filter((url) => url.endsWith('.wasm')), 'no wasm before it is needed').toEqual([]);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search' });
  const field = palette.getByRole('combobox');
  await expect(field).toBeFocused();
  await expect(palette.getByRole('option', { name: 'Users', exact: true }), 'pages at first').toBeVisible();
  await field.fill('evie abernaty');
  const first = palette.getByRole('option').first();
  await expect(first).toContainText('Evie Abernathy');
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await expect(field).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id'))!);
  await page.keyboard.press('Enter');
  await expect(new BasePage(page).heading).toHaveText('Evie Abernathy');
});

test('the arrows move through all results and around, and Escape gives the focus back', async ({ page }) => {
  await page.goto('/users/new');
  const link = page.getByRole('link', { name: /^Search or go to/ });
  await link.focus();
  await page.keyboard.press('Enter');
  const palette = page.getByRole('dialog', { name: 'Search' });
  await palette.getByRole('combobox').fill('abernathy');
  const options = palette.getByRole('option');
  await expect(options.first()).toContainText('Abernathy');
  const selected = palette.locator('[aria-selected=true]');
  const count = await options.count();
  await page.keyboard.press('ArrowUp');
  await expect(selected).toHaveId((await options.nth(count - 1).getAttribute('id'))!);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveId((await options.nth(1).getAttribute('id'))!);
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
  await expect(link).toBeFocused();
});

test('Enter before the answer opens the search page with the words', async ({ page }) => {
  await page.goto('/teams');
  await page.route('**/find_everything*', async (route) => {
    await new Promise((wait) => setTimeout(wait, 3_000));
    await route.continue().catch(() => undefined);
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('fielding');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=fielding$/);
  await expect(new BasePage(page).main.getByRole('link', { name: /^Maya Fielding/ })).toBeVisible();
});

test('a search that fails says so, and the field still works', async ({ page, expectStatus }) => {
  expectStatus(503);
  await page.goto('/teams');
  await page.route('**/find_everything*', (route) => route.fulfill({ status: 503 }));
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search' });
  await palette.getByRole('combobox').fill('maya');
  await expect(palette.getByRole('status')).toHaveText('The search didn’t answer. Press Enter to open the search page.');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=maya$/);
});
