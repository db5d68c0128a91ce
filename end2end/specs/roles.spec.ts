// Roles: what there are, what each allows, who holds it.
import { administrator } from '../harness/people.ts';
import { AnyPage } from '../pages/page.ts';
import { UserListPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('from the list of roles to what one allows, and to who holds it', async ({ page, as, added }) => {
  const who = await added({ role: 'Supervisor' });
  await as(administrator);
  const roles = new AnyPage(page);
  await page.goto('/users');
  await expect(page.locator('nav a[href="/roles"]'), 'the navigation and the phone’s menu lead there').toHaveCount(2);
  await page.goto('/roles');
  await expect(roles.heading).toHaveText('Roles');
  await expect(roles.main.locator('tbody tr')).toHaveCount(7);
  await roles.main.getByRole('link', { name: 'Supervisor', exact: true }).click();
  await roles.landed(/\/roles\/supervisor$/);
  await expect(roles.heading).toHaveText('Supervisor');
  await expect(roles.main).toContainText('For team leads');
  await expect(roles.main.locator('dt:text-is("See people") + dd')).toHaveText('The whole organisation');
  await expect(roles.main.locator('dt:text-is("Add people") + dd')).toHaveText('No');
  await roles.main.getByRole('link', { name: /^See who holds it: \d+ pe(ople|rson)$/ }).click();
  await roles.landed(/\/users\?role=supervisor$/);
  const list = new UserListPage(page);
  await expect(list.choice('Role').locator('option:checked')).toHaveText('Supervisor');
  await list.search(who.last);
  await expect(page).toHaveURL(/role=supervisor/);
  expect(await list.names()).toEqual([who.name]);
});

test('an organisation administrator’s role says it gives its own kind and does not manage it', async ({ page, as, colleague }) => {
  await as(await colleague('Organisation administrator'));
  await page.goto('/roles/organisation_administrator');
  const card = (name: string) => page.locator('.card', { has: page.getByRole('heading', { name }) });
  await expect(card('May give').getByRole('link', { name: 'Organisation administrator' })).toHaveCount(1);
  await expect(card('May manage').getByRole('link', { name: 'Organisation administrator' })).toHaveCount(0);
  await expect(card('May manage').getByRole('link', { name: 'Caseworker' })).toHaveCount(1);
});

test('who may not see roles is told so, and has no link to them', async ({ page, as, colleague, expectStatus }) => {
  await as(await colleague('Supervisor'));
  await page.goto('/users');
  await expect(page.locator('a[href="/roles"]')).toHaveCount(0);
  expectStatus(403);
  expect((await page.goto('/roles'))?.status()).toBe(403);
});

test('a role that is not there is a page that says so', async ({ page, as, expectStatus }) => {
  await as(administrator);
  expectStatus(404);
  expect((await page.goto('/roles/nonsense'))?.status()).toBe(404);
});
