// Activity of people, teams and the organisation (OG-83 to OG-87).
import { createTeam } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { expect, test } from '../fixtures.ts';

test('a team’s figures are shown for a period, and downloaded as a file', async ({ page, as, adminApi, createActiveUser, anonymousApi }) => {
  const name = `=Natt ${unique()}`;
  const team = await createTeam(adminApi, name);
  const who = await createActiveUser('Caseworker', { fields: { 'teams[]': [team] } });
  await as(who);
  await as(administrator);
  await page.goto('/reports');
  const reports = new BasePage(page);
  const row = reports.main.getByRole('row', { name });
  await expect(row).toContainText('1');
  await expect(reports.main.getByRole('row', { name: 'Whole organisation' })).toBeVisible();
  const to = await reports.main.getByRole('link', { name: 'Download CSV' }).getAttribute('href');
  const answer = await page.request.get(to!);
  expect(answer.headers()['content-disposition']).toMatch(/^attachment; filename="activity-/);
  expect(await answer.text(), 'a name is no formula').toContain(`"'${name}",1,`);
  const visitor = await (await anonymousApi()).get(to!, { maxRedirects: 0 });
  expect(visitor.status()).toBe(303);
});

test('a period that ends before it begins is reported, and the choice stays', async ({ page, as }) => {
  await as(administrator);
  await page.goto('/reports');
  const reports = new BasePage(page);
  await reports.main.getByLabel('First day').fill('2026-02-02');
  await reports.main.getByLabel('Last day').fill('2026-02-01');
  await reports.button('Show period').click();
  await expect(page).toHaveTitle(/^Error: Reports/);
  await expect(page.getByRole('alert').getByRole('link')).toHaveText('The last day must be the same as or after the first day');
  await expect(reports.main.getByLabel('First day')).toHaveValue('2026-02-02');
  await expect(reports.main.getByRole('link', { name: 'Download CSV' })).toHaveCount(0);
});

test('a user’s activity shows what they did and to whom', { tag: '@island' }, async ({ page, as, createUser, createActiveUser }) => {
  const me = await createActiveUser('Organisation administrator');
  await as(me);
  const who = await createUser();
  await page.goto(`/users/${who.id}/edit`);
  await page.locator('#job_title').fill('Team lead');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(new BasePage(page).banner).toBeVisible();
  await as(administrator);
  await page.goto(`/users/${me.id}`);
  const theirs = new BasePage(page);
  await theirs.main.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Activity' }).click();
  const newest = theirs.main.locator('.timeline li').first();
  await expect(newest).toContainText('edited details');
  await expect(newest).toContainText('Team lead');
  await newest.getByRole('link', { name: who.name }).click();
  await expect(page).toHaveURL(new RegExp(`/users/${who.id}$`));
});

test('reports and activity need their permissions', async ({ page, as, createUser, createActiveUser, expectStatus }) => {
  const who = await createUser();
  await as(await createActiveUser('Viewer'));
  expectStatus(403);
  for (const path of ['/reports', '/dashboards', `/users/${who.id}/activity`, `/users/${who.id}/dashboards`]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
  }
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Reports' })).toHaveCount(0);
});
