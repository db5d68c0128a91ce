// Dashboards: the home page, creating and ordering without a mouse or scripting, and assigning.
import { createDashboard, post } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('an administrator creates a dashboard, orders its cards, and assigns it to a user who then starts with it', async ({ page, as, createActiveUser, secondPage }) => {
  const [name, renamed] = [`Reception ${unique()}`, `Front desk ${unique()}`];
  const who = await createActiveUser('Caseworker');
  await as(administrator);
  const dashboards = new BasePage(page);
  await page.goto('/dashboards');
  await dashboards.main.getByRole('link', { name: 'Add dashboard' }).click();
  await dashboards.text('Name').fill(name);
  await dashboards.button('Create dashboard').click();
  await expect(dashboards.summary).toContainText('Choose a position for at least one card');
  await expect(dashboards.text('Name'), 'what was typed stays').toHaveValue(name);
  await dashboards.main.getByLabel('My clients').selectOption('2');
  await dashboards.main.getByLabel('My open referrals').selectOption('1');
  await dashboards.button('Create dashboard').click();
  await expect(dashboards.banner).toContainText('The dashboard was added');
  await expect(dashboards.main.getByRole('row', { name })).toContainText('My open referrals · My clients');

  await page.goto(`/users/${who.id}`);
  await dashboards.main.getByRole('link', { name: 'Manage dashboards' }).click();
  await expect(dashboards.main, 'the role decides the dashboards').toContainText('roles decide: Caseworkers');
  await dashboards.main.getByRole('checkbox', { name }).check();
  await dashboards.main.getByRole('checkbox', { name: 'Caseworkers' }).check();
  await dashboards.button('Save changes').click();
  await expect(new UserPage(page).activity.first()).toContainText('changed the account’s dashboards');

  const theirs = await secondPage();
  await as(who, theirs.context());
  await theirs.goto('/');
  const home = theirs.getByRole('main');
  await expect(home.getByRole('heading', { level: 2 }), 'a shipped one stands first').toHaveText('Caseworkers');
  await home.getByRole('button', { name }).click();
  await expect(home.getByRole('heading', { level: 3 })).toHaveText(['My open referrals', 'My clients']);
  await theirs.goto('/');
  await expect(home.getByRole('heading', { level: 2 }), 'the choice is remembered').toHaveText(name);

  await page.goto('/dashboards');
  await dashboards.main.getByRole('link', { name, exact: true }).click();
  await expect(dashboards.main.getByLabel('My clients')).toHaveValue('my_clients:2');
  await dashboards.main.getByLabel('My clients').selectOption('1');
  await dashboards.main.getByLabel('My open referrals').selectOption('2');
  await dashboards.text('Name').fill(renamed);
  await dashboards.button('Save changes').click();
  await theirs.goto('/');
  await expect(home.getByRole('heading', { level: 3 })).toHaveText(['My clients', 'My open referrals']);

  await page.goto('/dashboards');
  await dashboards.main.getByRole('link', { name: `Remove ${renamed}` }).click();
  await expect(dashboards.main).toContainText(`${renamed} is assigned to 1 person`);
  await dashboards.button('Remove dashboard').click();
  await expect(dashboards.banner).toContainText('The dashboard was removed');
  await theirs.goto('/');
  await expect(home.getByRole('heading', { level: 2 })).toHaveText('Caseworkers');
});

test('each card counts what its list shows, and links to it', async ({ page, as, createUser, createActiveUser, adminApi }) => {
  const me = await createActiveUser('System administrator');
  const id = await createDashboard(adminApi, unique());
  await post(adminApi, `/users/${me.id}/dashboards`, 'assign_dashboards', { 'dashboards[]': [id] });
  await createUser();
  await as(me);
  for (const part of ['Not notified yet', 'Sign-in not set up', 'Never signed in', 'Inactive']) {
    await page.goto('/');
    const widget = page.getByRole('region', { name: part, exact: true });
    const count = Number(await widget.locator('.figure').innerText());
    if (count === 0) {
      await expect(widget.getByRole('link')).toHaveCount(0);
      continue;
    }
    await widget.getByRole('link', { name: `View all: ${part}` }).click();
    const stats = page.locator('.stats li').first();
    await expect(stats, part).toHaveText(count === 1 ? '1 person' : `${count} people`);
  }
  await page.goto('/');
  const chart = page.getByRole('region', { name: 'Sign-ins per week' });
  await expect(chart.getByRole('img')).toHaveAttribute('aria-label', /Sign-ins per week: bar chart/);
  await chart.getByText('Show as a table').click();
  await expect(chart.getByRole('row')).toHaveCount(13);
});

test('an administrator’s home page is at most two screens high, and names each person once', async ({ page, as, createUser, createActiveUser }) => {
  await createUser();
  await as(await createActiveUser('System administrator'));
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 3 })).not.toHaveCount(0);
  const [height, screen] = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
  expect(height).toBeLessThanOrEqual(2 * screen!);
  // a card about team coverage or activity may name a person of another card
  const cards = page.getByRole('region', { name: /^(Sign-in not set up|Expiring soon or expired|Inactive)$/ });
  const people = await cards.locator('.lines a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(people).not.toEqual([]);
  expect(new Set(people).size).toBe(people.length);
});

test('a user whose roles have no dashboard has a plain home page', async ({ page, as, createActiveUser }) => {
  await as(await createActiveUser('Viewer'));
  await page.goto('/');
  await expect(page.getByRole('main').getByRole('link', { name: /Your profile/ })).toBeVisible();
  await expect(page.getByRole('main').getByRole('heading', { level: 2 })).toHaveCount(0);
});

test('two administrators choose a person’s dashboards: the second is shown both', async ({ page, as, adminApi, createUser }) => {
  const [mine, theirs] = [unique(), unique()];
  const ids = [await createDashboard(adminApi, mine), await createDashboard(adminApi, theirs)];
  const who = await createUser();
  await as(administrator);
  await page.goto(`/users/${who.id}/dashboards`);
  await post(adminApi, `/users/${who.id}/dashboards`, 'assign_dashboards', { 'dashboards[]': [ids[1]!] });
  const form = new BasePage(page);
  await form.main.getByRole('checkbox', { name: mine }).check();
  await form.button('Save changes').click();
  await expect(form.main.locator('table.versions td')).toHaveText([mine, theirs]);
  await form.button('Save changes').click();
  await expect(new UserPage(page).activity.first()).toContainText(`Dashboards: ${theirs} → ${mine}`);
});
