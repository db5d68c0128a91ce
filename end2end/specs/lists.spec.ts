// Lists that people appear on: creating, renaming, closing, and their members.
import { createList, post } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { EditUserPage, NewUserPage, UserListPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('a list is created, renamed, and removed after its number of people is shown', { tag: '@island' }, async ({ page, as, createUser }) => {
  await as(administrator);
  const [name, renamed] = [unique(), unique()];
  const lists = new BasePage(page);
  await page.goto('/lists');
  await lists.main.getByRole('link', { name: 'Add list' }).click();
  await lists.button('Create list').click();
  await expect(lists.summary).toContainText('Enter a name');
  await lists.text('Name').fill('arbetsledare');
  await lists.button('Create list').click();
  await expect(lists.fieldError('unit_name'), 'the Swedish name of the list Supervisors').toHaveText('This name is already in use. Enter a different one');
  await expect(lists.text('Name'), 'what was typed stays').toHaveValue('arbetsledare');
  await lists.text('Name').fill(name);
  await lists.button('Create list').click();
  await expect(lists.banner).toContainText('The list was added');
  await lists.main.getByRole('link', { name: `Rename ${name}` }).click();
  await expect(lists.text('Name')).toHaveValue(name);
  await lists.text('Name').fill(renamed);
  await lists.button('Save changes').click();
  await expect(lists.main.getByRole('rowheader', { name: renamed })).toBeVisible();

  const who = await createUser();
  const edit = new EditUserPage(page);
  await edit.open(who.id);
  await edit.openLists();
  await edit.main.locator('#lists').getByRole('checkbox', { name: renamed }).check();
  await edit.save();
  const theirs = new UserPage(page);
  await expect(theirs.detail('Appears on lists')).toContainText(renamed);
  await expect(theirs.activity.first()).toContainText(`Appears on lists: ${renamed}`);
  await theirs.detail('Appears on lists').getByRole('link', { name: renamed }).click();
  await expect(page).toHaveURL(/\/users\?list=/);
  const people = new UserListPage(page);
  expect(await people.names()).toEqual([who.name]);
  await expect(people.select('List').locator('option:checked')).toHaveText(renamed);

  await page.goto('/lists');
  await expect(lists.main.getByRole('link', { name: `${renamed}: 1 person` })).toBeVisible();
  await lists.main.getByRole('link', { name: `Remove ${renamed}` }).click();
  await expect(lists.main).toContainText(`${renamed} has 1 person`);
  await lists.button('Remove list').click();
  await expect(lists.banner).toContainText('The list was removed');
  await expect(lists.main.getByRole('rowheader', { name: renamed })).toHaveCount(0);
  await theirs.open(who.id);
  await expect(theirs.detail('Appears on lists')).toHaveCount(0);
  await expect(theirs.activity.first()).toContainText(`removed the list ${renamed}, which the account was on`);
});

test('the built-in lists are named in the reader’s language, and the choice stays in a refused form', { tag: '@island' }, async ({ page, as, createActiveUser }) => {
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  const word = unique();
  await form.fill({ first: 'Disa', last: `Holm${word}` });
  await form.signInOption('Add without inviting').check();
  await form.openLists();
  await form.main.locator('#lists').getByRole('checkbox', { name: 'Care coordinators' }).check();
  await form.main.locator('#lists').getByRole('checkbox', { name: 'Supervisors' }).check();
  await form.text('Login name').fill('');
  await form.submit();
  await expect(form.summary).toContainText('Enter a login name');
  await expect(form.main.locator('#lists').getByRole('checkbox', { name: 'Care coordinators' })).toBeChecked();
  await form.text('Login name').fill(`disa.holm${word}`);
  await form.submit();
  const theirs = new UserPage(page);
  await expect(theirs.detail('Appears on lists')).toContainText('Care coordinators');
  const address = page.url();
  await as(await createActiveUser('Organisation administrator', { language: 'sv' }));
  await page.goto(address);
  await expect(theirs.detail('Står på listor')).toContainText('Vårdsamordnare');
  await expect(theirs.detail('Står på listor')).toContainText('Arbetsledare');
  await expect(theirs.activity.last()).toContainText('Står på listor: Vårdsamordnare, Arbetsledare');
});

test('two administrators choose lists for one person: the second is shown both', { tag: '@island' }, async ({ page, as, adminApi, createUser, expectRefusal }) => {
  await as(administrator);
  const [mine, theirs] = [unique(), unique()];
  const [, id] = [await createList(adminApi, mine), await createList(adminApi, theirs)];
  const who = await createUser();
  const edit = new EditUserPage(page);
  await edit.open(who.id);
  await post(adminApi, `/users/${who.id}/edit`, 'edit_user', { first_name: who.first, last_name: who.last, email: who.email, login_name: who.loginName, 'lists[]': [id] });
  await edit.openLists();
  await edit.main.locator('#lists').getByRole('checkbox', { name: mine }).check();
  expectRefusal(409);
  await edit.save();
  await expect(edit.versions('Appears on lists')).toHaveText([mine, theirs]);
});

test('a user with View users sees the lists, and changes none', async ({ page, as, createActiveUser, adminApi, expectStatus }) => {
  const id = await createList(adminApi, unique());
  await as(await createActiveUser('Supervisor'));
  await page.goto('/lists');
  await expect(new BasePage(page).main.getByRole('rowheader', { name: 'Care coordinators' })).toBeVisible();
  await expect(page.locator('main a[href^="/lists/"]')).toHaveCount(0);
  expectStatus(403);
  for (const path of ['/lists/new', `/lists/${id}/edit`, `/lists/${id}/close`]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
  }
});
