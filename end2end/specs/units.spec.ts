// Offices and teams: creating, editing, closing, and which users are visible.
import { createOffice, createTeam, post } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { NewUserPage, UserListPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('an office is created, renamed, and closed when its people have been moved', async ({ page, as, adminApi, createUser }) => {
  await as(administrator);
  const [name, renamed, other] = [unique(), unique(), unique()];
  const elsewhere = await createOffice(adminApi, other);
  const offices = new BasePage(page);
  await page.goto('/offices');
  await offices.main.getByRole('link', { name: 'Add office' }).click();
  await offices.button('Create office').click();
  await expect(offices.summary).toContainText('Enter a name');
  await offices.text('Name').fill(other.toUpperCase());
  await offices.button('Create office').click();
  await expect(offices.fieldError('unit_name')).toHaveText('This name is already in use. Enter a different one');
  await expect(offices.text('Name'), 'what was typed stays').toHaveValue(other.toUpperCase());
  await offices.text('Name').fill(name);
  await offices.button('Create office').click();
  await expect(offices.banner).toContainText('The office was added');
  await expect(offices.heading).toHaveText(name);
  const id = page.url().split('/').at(-1)!;

  await offices.main.getByRole('link', { name: 'Rename office' }).click();
  await offices.text('Name').fill(renamed);
  await offices.button('Save changes').click();
  await expect(offices.heading).toHaveText(renamed);

  const who = await createUser({ fields: { office: id } });
  await page.goto(`/offices/${id}`);
  await expect(offices.main.getByRole('link', { name: 'View 1 person' })).toBeVisible();
  await offices.main.getByRole('link', { name: 'Close office' }).click();
  await expect(offices.main).toContainText(`${renamed} has 1 person and 0 teams`);
  await offices.select('Move them to').selectOption({ label: other });
  await offices.button('Close office').click();
  await expect(offices.banner).toContainText('The office was closed');
  await expect(offices.main.getByRole('link', { name: renamed })).toHaveCount(0);
  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await expect(theirs.detail('Office')).toHaveText(other);
  await expect(theirs.activity.first()).toContainText(`moved the account to the office ${other}`);
  await theirs.detail('Office').getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`/offices/${elsewhere}$`));
});

test('a user of an office sees nothing of another at any address', async ({ page, as, adminApi, createUser, createActiveUser, expectStatus }) => {
  const [here, there] = [await createOffice(adminApi, unique()), await createOffice(adminApi, unique())];
  const far = await createUser({ fields: { office: there } });
  const near = await createUser({ fields: { office: here } });
  const me = await createActiveUser('Supervisor', { fields: { office: here } });
  await as(me);
  const list = new UserListPage(page);
  await list.open();
  expect((await list.names()).sort()).toEqual([near.name, me.name].sort());
  await expect(list.main).toContainText('2 people');
  await list.search(far.last);
  await expect(list.main).toContainText('No users found');
  await page.goto(`/users?office=${there}`);
  await expect(list.main, 'looks like an office that does not exist').toContainText('The filter Office has an unknown value');
  expect((await list.names()).sort()).toEqual([near.name, me.name].sort());
  for (const path of [`/users/${far.id}`, `/offices/${there}`]) {
    expectStatus(404);
    expect((await page.goto(path))?.status(), path).toBe(404);
  }
  await page.goto('/offices');
  await expect(list.rows).toHaveCount(1);
});

test('a team is created with an office, gets and loses members, and is closed', async ({ page, as, adminApi, createUser }) => {
  await as(administrator);
  const [name, place] = [unique(), unique()];
  await createOffice(adminApi, place);
  const who = await createUser();
  const team = new BasePage(page);
  await page.goto('/teams');
  await team.main.getByRole('link', { name: 'Add team' }).first().click();
  await team.text('Name').fill(name);
  await team.select('Office').selectOption({ label: place });
  await team.button('Create team').click();
  await expect(team.banner).toContainText('The team was added');
  await expect(team.main).toContainText(`Office: ${place}`);
  await expect(team.main).toContainText('This team has no members yet.');
  await team.main.getByRole('link', { name: 'Change members' }).click();
  await team.main.getByRole('searchbox').fill(who.last);
  await team.button('Search').click();
  await team.button(`Add ${who.name}`).click();
  await expect(team.banner).toContainText('The member was added');
  await team.main.getByRole('link', { name: who.name }).click();
  const theirs = new UserPage(page);
  await expect(theirs.detail('Teams')).toContainText(name);
  await expect(theirs.activity.first()).toContainText(`added the account to the team ${name}`);
  await theirs.detail('Teams').getByRole('link', { name }).click();
  await team.main.getByRole('link', { name: 'View 1 person' }).click();
  await expect(page).toHaveURL(/\/users\?team=/);
  expect(await new UserListPage(page).names()).toEqual([who.name]);
  await page.goBack();
  await team.main.getByRole('link', { name: 'Change members' }).click();
  await team.button(`Remove ${who.name}`).click();
  await expect(team.banner).toContainText('The member was removed');
  await team.main.getByRole('link', { name, exact: true }).click();
  await team.main.getByRole('link', { name: 'Close team' }).click();
  await team.button('Close team').click();
  await expect(team.banner).toContainText('The team was closed');
});

test('a user is created in an office and a team, and their page shows both', { tag: '@island' }, async ({ page, as, adminApi }) => {
  await as(administrator);
  const [place, group] = [unique(), unique()];
  const id = await createOffice(adminApi, place);
  await createTeam(adminApi, group, id);
  const form = new NewUserPage(page);
  await form.open();
  const word = unique();
  await form.fill({ first: 'Disa', last: `Holm${word}`, loginName: `disa.holm${word}` });
  await form.signInOption('Add without inviting').check();
  await form.select('Office').selectOption({ label: place });
  await form.openTeams();
  await form.main.locator('#teams').getByRole('checkbox', { name: new RegExp(`^${group}`) }).check();
  await form.submit();
  const theirs = new UserPage(page);
  await expect(theirs.detail('Office')).toHaveText(place);
  await expect(theirs.detail('Teams')).toContainText(group);
});

test('the role Staff requires an office, and reports a missing one', { tag: '@island' }, async ({ page, as, adminApi }) => {
  await as(administrator);
  await createOffice(adminApi, unique());
  const form = new NewUserPage(page);
  await form.open();
  const word = unique();
  await form.fill({ first: 'Saga', last: `Berg${word}`, loginName: `saga.berg${word}` });
  await form.signInOption('Add without inviting').check();
  await form.role('Staff').check();
  await form.submit();
  await expect(form.fieldError('office')).toContainText('Choose an office');
  await expect(form.role('Staff'), 'what was chosen stays').toBeChecked();
});

test('two administrators rename an office, and the second learns the current name', async ({ page, as, adminApi }) => {
  await as(administrator);
  const [name, first, second] = [unique(), unique(), unique()];
  const id = await createOffice(adminApi, name);
  const form = new BasePage(page);
  await page.goto(`/offices/${id}/edit`);
  await post(adminApi, `/offices/${id}/edit`, 'edit_office', { unit_name: first });
  await form.text('Name').fill(second);
  await form.button('Save changes').click();
  await expect(form.main.locator('table.versions')).toContainText(first);
  await form.button('Save changes').click();
  await expect(form.heading).toHaveText(second);
});
