// Team coverage and effective access: the covers of a user, their permissions, and where those come from.
import { createOffice, createTeam } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test.beforeEach(async ({ as }) => as(administrator));

test('a person covers another team, and both teams’ pages say so until it is ended', async ({ page, adminApi, createUser }) => {
  const [own, other] = [unique(), unique()];
  const mine = await createTeam(adminApi, own);
  const theirs = await createTeam(adminApi, other);
  const who = await createUser({ fields: { 'teams[]': [mine] } });
  const user = new UserPage(page);
  await user.open(who.id);
  await user.openAction('Team coverage');
  const form = new BasePage(page);
  await expect(form.main).toContainText('Doesn’t cover any other team.');
  await expect(form.main.getByRole('checkbox', { name: own }), 'one’s own team needs no cover').toHaveCount(0);
  await form.button('Add cover').click();
  await expect(form.fieldError('cover_teams')).toHaveText('Choose at least one team to cover');
  await form.main.getByRole('checkbox', { name: new RegExp(`^${other}`) }).check();
  await form.text('Reason for cover').fill('Sick leave');
  await form.main.locator('#cover_from').fill('2031-05-01T09:00');
  await form.main.locator('#cover_until').fill('2031-04-01T09:00');
  await form.button('Add cover').click();
  await expect(form.fieldError('cover_until')).toContainText('The end must be after the start');
  await expect(form.text('Reason for cover'), 'what was typed stays').toHaveValue('Sick leave');
  await expect(form.main.getByRole('checkbox', { name: new RegExp(`^${other}`) })).toBeChecked();
  await form.main.locator('#cover_from').fill('');
  await form.main.locator('#cover_until').fill('2031-06-01T17:00');
  await form.button('Add cover').click();
  await expect(form.banner).toContainText('The cover was added');
  await expect(form.main.locator('.lines').first()).toContainText(/to 1\sJun\s2031, 17:00 · Sick leave/);

  await page.goto(`/teams/${theirs}`);
  await expect(form.main.locator('.card', { has: page.getByRole('heading', { name: 'Covered by' }) })).toContainText(who.name);
  await page.goto(`/teams/${mine}`);
  await expect(form.main.locator('.card', { has: page.getByRole('heading', { name: 'Teams that members cover' }) })).toContainText(`${who.name} covers ${other}`);
  await user.open(who.id);
  await expect(user.detail('Covers')).toContainText(other);
  await expect(user.activity.first()).toContainText(`let the user cover the team ${other}`);

  await user.openAction('Team coverage');
  await form.button(`End cover for ${other}`).click();
  await expect(form.banner).toContainText('Cover ended');
  await expect(form.main).toContainText('Doesn’t cover any other team.');
});

test('the tab Access shows a user’s permissions, their scope and the roles they come from', async ({ page, adminApi, createUser }) => {
  const place = unique();
  const id = await createOffice(adminApi, place);
  const who = await createUser({ role: 'Viewer', fields: { office: id } });
  const user = new UserPage(page);
  await user.open(who.id);
  await user.main.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Access' }).click();
  await user.waitForUrl(/\/access$/);
  await expect(user.heading).toHaveText(`Access for ${who.name}`);
  const line = user.main.getByRole('row', { name: /^View users/ });
  await expect(line).toContainText('Whole organisation');
  await expect(line).toContainText('Viewer: whole organisation');
  await expect(user.main, 'the office limits the access').toContainText('Can see 1 person.');
  await expect(user.main.getByRole('link', { name: place })).toBeVisible();
});

test('the preview shows what assigning a role changes', async ({ page, createUser }) => {
  const who = await createUser({ role: 'Viewer' });
  await page.goto(`/users/${who.id}/roles`);
  const roles = new BasePage(page);
  const each = roles.main.locator('.card', { has: page.getByRole('heading', { name: 'What each role would change' }) });
  await expect(each.getByRole('listitem').filter({ hasText: /^Supervisor/ })).toContainText('Gains (whole organisation): View users’ activity, ');
  await expect(roles.main.getByRole('listitem').filter({ hasText: /^Viewer/ })).toContainText(/If you remove it: Loses \(whole organisation\): View users, .*Will be able to see 0 people/);
});
