// The search over people, clients, actions and pages: the palette on every page, and the page without scripts.
import { demo } from '../harness/people.ts';
import { BasePage, hasScripting } from '../pages/page.ts';
import { expect, test } from '../fixtures.ts';

test.use({ installation: 'demo' });

test('the search page finds people, clients, actions and pages, and forgives a typing error', async ({ page, as }) => {
  await as(demo.administrator);
  const search = new BasePage(page);
  await page.goto('/search?q=abernaty');
  await expect(search.heading).toHaveText('Search');
  const people = search.main.locator('section section').filter({ has: page.getByRole('heading', { name: 'People' }) });
  await expect(people.getByRole('link')).toHaveCount(3);
  await expect(search.main.getByRole('link', { name: /^Edit details of .* Abernathy$/ })).toBeVisible();
  await expect(search.main.getByRole('link', { name: /^Users matching/ }), 'the list does not forgive').toHaveCount(0);
  await search.main.getByRole('searchbox').fill('abernathy');
  await search.button('Search').click();
  await expect(search.main.getByRole('link', { name: 'Users matching “abernathy”' })).toBeVisible();
  await search.main.getByRole('searchbox').fill('trouble');
  await search.button('Search').click();
  await search.main.getByRole('link', { name: 'Access troubleshooting' }).click();
  await expect(search.heading).toHaveText('Access troubleshooting');
  await page.goto('/search?q=xyzzyq');
  await expect(search.main.getByRole('heading', { name: 'People' })).toHaveCount(0);
});

test('the link in the bar leads to the search, with and without scripts', { tag: ['@core', '@island'] }, async ({ page, as }) => {
  await as(demo.administrator);
  await page.goto('/teams');
  await page.getByRole('link', { name: /^Search or go to/ }).click();
  if (await hasScripting(page)) {
    await expect(page.getByRole('dialog', { name: 'Search' })).toBeVisible();
    await expect(page).toHaveURL(/\/teams$/);
  } else {
    await expect(page).toHaveURL(/\/search$/);
    await expect(new BasePage(page).main.getByRole('link', { name: 'Users', exact: true })).toBeVisible();
  }
});
