// Roles: list, permissions, holders; creating, cloning, editing and retiring custom roles.
import { type Fields, assignRole, createOffice, createRole, prepare, roleId, signIn } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { EditRolePage, OWN_ROLE, RetireRolePage, RolePage } from '../pages/roles.ts';
import { NewUserPage, USER_PAGE, UserListPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

/** The built-in roles. */
const SHIPPED = /^(User|(Organisation|Security|Portal) administrator|Super user|Supervisor|Caseworker|Staff|Viewer)/;

test('the list of roles leads to a role’s permissions, and to its users', async ({ page, as, createUser }) => {
  const who = await createUser({ role: 'Supervisor' });
  await as(administrator);
  const roles = new BasePage(page);
  await page.goto('/users');
  await expect(page.locator('nav a[href="/roles"]'), 'the navigation and the phone’s menu lead there').toHaveCount(2);
  await page.goto('/roles');
  await expect(roles.heading).toHaveText('Roles');
  await expect(roles.main.locator('tbody tr')).toHaveCount(await roles.main.locator('tbody tr').filter({ has: page.getByText('Custom', { exact: true }) }).count() + 12);
  await roles.main.getByRole('link', { name: 'Supervisor', exact: true }).click();
  await roles.waitForUrl(/\/roles\/supervisor$/);
  await expect(roles.heading).toHaveText('Supervisor');
  await expect(roles.main).toContainText('For team leaders');
  await expect(roles.main.locator('dt:text-is("View users") + dd')).toHaveText('Whole organisation');
  await expect(roles.main.locator('dt:text-is("Add users") + dd')).toHaveText('None');
  await roles.main.getByRole('link', { name: /^View who has this role \(\d+ pe(ople|rson)\)$/ }).click();
  await roles.waitForUrl(/\/users\?role=supervisor$/);
  const list = new UserListPage(page);
  await expect(list.select('Role').locator('option:checked')).toHaveText('Supervisor');
  await list.search(who.last);
  await expect(page).toHaveURL(/role=supervisor/);
  expect(await list.names()).toEqual([who.name]);
});

test('the role Organisation administrator can assign itself and not manage it', async ({ page, as, createActiveUser }) => {
  await as(await createActiveUser('Organisation administrator'));
  await page.goto('/roles/organisation_administrator');
  const card = (name: string) => page.locator('.card', { has: page.getByRole('heading', { name }) });
  await expect(card('Can assign').getByRole('link', { name: 'Organisation administrator' })).toHaveCount(1);
  await expect(card('Can manage users with').getByRole('link', { name: 'Organisation administrator' })).toHaveCount(0);
  await expect(card('Can manage users with').getByRole('link', { name: 'Caseworker' })).toHaveCount(1);
});

test('a user without View roles is refused, and has no link to roles', async ({ page, as, createActiveUser, expectStatus }) => {
  await as(await createActiveUser('Supervisor'));
  await page.goto('/users');
  await expect(page.locator('a[href="/roles"]')).toHaveCount(0);
  expectStatus(403);
  expect((await page.goto('/roles'))?.status()).toBe(403);
});

test('a missing role shows the page Page not found', async ({ page, as, expectStatus }) => {
  await as(administrator);
  expectStatus(404);
  expect((await page.goto('/roles/nonsense'))?.status()).toBe(404);
});

test('a role is created, assigned, and allows what it says @core', async ({ page, as, createUser }) => {
  const name = `Åsas intag ${unique()}`;
  const who = await createUser();
  await as(administrator);
  await page.goto('/roles');
  await page.getByRole('link', { name: 'Add role' }).click();
  const form = new EditRolePage(page);
  await form.waitForUrl(/\/roles\/new$/);
  await form.text('Name').fill(name);
  await form.text('Who it’s for').fill('For who answers the door');
  await form.reach('View users').selectOption({ label: 'Whole organisation' });
  await form.checkbox('Can assign Viewer').check();
  await form.checkbox('Can manage users with Viewer').check();
  await form.button('Create role').click();
  await form.waitForUrl(OWN_ROLE);
  await expect(form.banner).toContainText('The role was created');
  await expect(form.heading).toHaveText(name);
  const role = new RolePage(page);
  await expect(role.permission('View users')).toHaveText('Whole organisation');
  await expect(role.permission('Add users')).toHaveText('None');
  await expect(role.card('Can assign').getByRole('link')).toHaveText(['Viewer']);
  await expect(role.card('Can manage users with').getByRole('link')).toHaveText(['Viewer']);
  await expect(role.card('Activity')).toContainText('created the role');
  await page.goto('/roles');
  await expect(page.locator('tbody tr', { hasText: name })).toContainText('Custom');
  await page.goto(`/users/${who.id}/roles`);
  await page.locator('#role').selectOption({ label: name });
  await role.button('Add role').click();
  await expect(role.banner).toContainText('The role was assigned');
  const person = new UserPage(page);
  await person.open(who.id);
  await expect(person.detail('Roles')).toContainText(name);
});

test('a missing role is created on the way to assigning it, and the page returns', async ({ page, as, createUser }) => {
  const name = `Night staff ${unique()}`;
  const who = await createUser();
  await as(administrator);
  await page.goto(`/users/${who.id}/roles`);
  await page.getByRole('link', { name: 'Create a new role' }).click();
  const form = new EditRolePage(page);
  // a refusal must not lose the address to return to
  await form.button('Create role').click();
  await expect(form.summary.getByRole('link')).toHaveText(['Enter a name']);
  await form.text('Name').fill(name);
  await form.button('Create role').click();
  await form.waitForUrl(new RegExp(`/users/${who.id}/roles\\?role=`));
  await expect(page.locator('#role option:checked'), 'it is chosen').toHaveText(name);
});

test('creating a missing role while adding a user returns to the typed form with the role selected', { tag: '@island' }, async ({ page, as }) => {
  const [name, word] = [`Reception ${unique()}`, unique()];
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  // an incomplete form is not validated yet
  await form.fill({ first: 'Moa', email: 'no address' });
  await form.role('Viewer').check();
  await form.signInOption('Set a temporary password').check();
  await form.temporaryPassword.fill('hush hush');
  await form.button('Create a new role').click();
  const role = new EditRolePage(page);
  await role.waitForUrl(/\/roles\/new\?next=/);
  await role.main.getByRole('link', { name: 'Cancel' }).click();
  await form.waitForUrl(/\/users\/new\?draft=/);
  await expect(form.text('First name')).toHaveValue('Moa');
  await form.button('Create a new role').click();
  await role.waitForUrl(/\/roles\/new\?next=/);
  // a refusal must not lose the address to return to
  await role.button('Create role').click();
  await expect(role.summary).toContainText('Enter a name');
  await role.text('Name').fill(name);
  await role.button('Create role').click();
  await form.waitForUrl(/\/users\/new\?draft=.*&role=/);
  await expect(form.banner).toContainText('The role was created');
  await expect(form.summary, 'nothing was refused').toHaveCount(0);
  await expect(form.text('First name')).toHaveValue('Moa');
  await expect(form.text('E-mail')).toHaveValue('no address');
  await expect(form.signInOption('Set a temporary password')).toBeChecked();
  await expect(form.temporaryPassword, 'a draft contains no secret').toHaveValue('');
  await expect(form.role('Viewer')).toBeChecked();
  await expect(form.role(name)).toBeChecked();
  await form.fill({ last: `Dal${word}`, email: '', loginName: `moa.dal${word}` });
  await form.signInOption('Add without inviting').check();
  await form.submit();
  await form.waitForUrl(USER_PAGE);
  await expect(new UserPage(page).detail('Roles')).toContainText(name);
});

test('Enter in the form that adds a user creates the user, and no role', { tag: '@island' }, async ({ page, as }) => {
  const word = unique();
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  await form.fill({ first: 'Moa', last: `Dal${word}`, loginName: `moa.dal${word}` });
  await form.signInOption('Add without inviting').check();
  await form.text('First name').press('Enter');
  await form.waitForUrl(USER_PAGE);
});

test('a custom role cannot have the name of a built-in one, in either language', async ({ page, as }) => {
  await as(administrator);
  const form = new EditRolePage(page);
  for (const name of ['caseworker', 'Handläggare']) {
    await page.goto('/roles/new');
    await form.text('Name').fill(name);
    await form.button('Create role').click();
    await expect(form.fieldError('name')).toHaveText('This name is already in use. Enter a different one');
    await expect(form.text('Name')).toHaveValue(name);
  }
});

test('users without an office are counted before a role that requires one is saved', async ({ page, as, adminApi, createUser }) => {
  await as(administrator);
  await createOffice(adminApi, unique());
  const id = await createRole(adminApi, `Reception ${unique()}`);
  await assignRole(adminApi, (await createUser()).id, id);
  const form = new EditRolePage(page);
  await form.open(id);
  await form.checkbox('People with this role must belong to an office').check();
  await form.button('Save changes').click();
  await expect(form.warnings).toContainText('who don’t belong to an office: 1 person');
  await form.overrideWarnings('They get one tomorrow');
  await form.button('Save changes').click();
  await form.waitForUrl(new RegExp(`/roles/${id}$`));
});

test('a copy of a role has only the permissions of its author', async ({ page, as, createActiveUser }) => {
  const name = `Chief ${unique()}`;
  await as(await createActiveUser('Organisation administrator'));
  await page.goto('/roles/system_administrator');
  const role = new RolePage(page);
  await role.openAction('Copy role');
  const form = new EditRolePage(page);
  await form.waitForUrl(/\/roles\/new\?from=system_administrator$/);
  await expect(form.text('Name')).toHaveValue('');
  await expect(form.reach('View the user bank and restore users')).toHaveValue('user_bank:organisation');
  await expect(form.checkbox('Can assign Supervisor')).toBeChecked();
  await expect(form.checkbox('Can assign Organisation administrator'), 'it would lead back').not.toBeChecked();
  await expect(form.checkbox('Can manage users with Organisation administrator')).toHaveCount(0);
  await expect(form.checkbox('Can assign System administrator')).toHaveCount(0);
  await form.text('Name').fill(name);
  await form.checkbox('Can assign Organisation administrator').check();
  await form.button('Create role').click();
  await expect(form.summary).toContainText('Clear Organisation administrator. It can assign this role in turn');
  await expect(form.text('Name'), 'nothing typed is lost').toHaveValue(name);
  await form.checkbox('Can assign Organisation administrator').uncheck();
  // roles that other tests create meanwhile, which the clone would have to assign as well
  for (const row of await form.main.locator('.ticks tbody tr').filter({ hasNotText: SHIPPED }).all()) {
    for (const box of await row.getByRole('checkbox').all()) {
      await box.uncheck();
    }
  }
  await form.button('Create role').click();
  await form.waitForUrl(OWN_ROLE);
});

test('a warning says how many users gain or lose what before a change is saved', async ({ page, as, createUser, adminApi }) => {
  const id = await createRole(adminApi, `Intake ${unique()}`, { 'allows[]': ['view_users:organisation'] });
  await assignRole(adminApi, (await createUser()).id, id);
  await assignRole(adminApi, (await createUser({ role: 'Viewer' })).id, id);
  await as(administrator);
  const role = new RolePage(page);
  await role.open(id);
  await role.openAction('Edit role');
  const form = new EditRolePage(page);
  await form.reach('View users').selectOption({ label: 'None' });
  await form.reach('Archive users').selectOption({ label: 'Whole organisation' });
  await form.button('Save changes').click();
  await expect(form.warnings.getByRole('listitem')).toHaveText([
    'Affects 1 person. Removed: View users (Whole organisation → None)',
    'Affects 2 people. Added: Archive users (None → Whole organisation)',
  ]);
  await expect(form.reach('View users'), 'what was chosen is there').toHaveValue('');
  await form.overrideWarnings('Agreed in the board');
  await form.button('Save changes').click();
  await form.waitForUrl(new RegExp(`/roles/${id}$`));
  await expect(role.permission('Archive users')).toHaveText('Whole organisation');
  await expect(role.card('Activity').getByRole('listitem').first()).toContainText('Added: Archive users');
  await expect(role.card('Activity').getByRole('listitem').first()).toContainText('Agreed in the board');
});

test('the users of a role are moved before it is deactivated', async ({ page, as, createUser, adminApi }) => {
  const name = `Intake ${unique()}`;
  const id = await createRole(adminApi, name);
  const who = await createUser();
  await assignRole(adminApi, who.id, id);
  await as(administrator);
  const role = new RolePage(page);
  await role.open(id);
  await role.openAction('Deactivate role');
  const form = new RetireRolePage(page);
  await expect(form.heading).toHaveText(`Deactivate ${name}`);
  await expect(form.main.getByRole('link', { name: who.name })).toHaveAttribute('href', `/users/${who.id}`);
  await form.button('Deactivate role').click();
  await expect(form.summary).toContainText('Choose a replacement');
  await form.select('Replace it with').selectOption({ label: 'Viewer' });
  await form.button('Deactivate role').click();
  await form.waitForUrl(/\/roles$/);
  await expect(form.banner).toContainText('The role was deactivated');
  await expect(page.locator('tbody tr', { hasText: name })).toHaveCount(0);
  const person = new UserPage(page);
  await person.open(who.id);
  await expect(person.detail('Roles')).toContainText('Viewer');
  await expect(person.detail('Roles')).not.toContainText(name);
  await expect(person.activity.filter({ hasText: `removed the role ${name}` })).toHaveCount(1);
  await role.open(id);
  await expect(form.main).toContainText('Deactivated');
  await expect(role.menu).toHaveCount(0);
});

test('a form made by hand is refused whole, and nothing is written', async ({ page, as, createActiveUser, anonymousApi, adminApi }) => {
  const system = await roleId(adminApi, 'System administrator');
  const who = await createActiveUser('Organisation administrator');
  const request = await anonymousApi();
  await signIn(request, who);
  const name = `Climber ${unique()}`;
  const tampered: Fields[] = [{ 'gives[]': [system] }, { 'gives[]': [system], 'manages[]': [system] }, { 'gives[]': ['0197a4d2-0000-7000-8000-000000000009'] }];
  for (const fields of tampered) {
    const send = await prepare(request, '/roles/new', 'edit_role', { name, ...fields });
    expect((await send('application/json')).status()).toBe(403);
  }
  await as(administrator);
  await page.goto('/roles');
  await expect(page.locator('tbody tr', { hasText: name })).toHaveCount(0);
});

test('the second of two concurrent edits shows both versions', async ({ page, secondPage, as, createActiveUser, adminApi }) => {
  const id = await createRole(adminApi, `Intake ${unique()}`);
  await as(administrator);
  const other = await secondPage();
  await as(await createActiveUser('System administrator'), other.context());
  const [mine, theirs] = [new EditRolePage(page), new EditRolePage(other)];
  await mine.open(id);
  await theirs.open(id);
  await mine.text('Who it’s for').fill('For the front desk');
  await mine.button('Save changes').click();
  await mine.waitForUrl(new RegExp(`/roles/${id}$`));
  await theirs.text('Who it’s for').fill('For the night');
  await theirs.reach('View users').selectOption({ label: 'Whole organisation' });
  await theirs.button('Save changes').click();
  await expect(theirs.summary).toContainText('Someone else changed this after you opened the page');
  await expect(theirs.versions('Who it’s for')).toHaveText(['For the night', 'For the front desk']);
  await expect(theirs.versions('View users')).toHaveText(['Whole organisation', 'None']);
  await expect(theirs.text('Who it’s for')).toHaveValue('For the night');
  await theirs.button('Save changes').click();
  await theirs.waitForUrl(new RegExp(`/roles/${id}$`));
  await expect(theirs.main).toContainText('For the night');
});

test('what is typed is text, in any direction', async ({ page, as }) => {
  await as(administrator);
  const form = new EditRolePage(page);
  for (const name of [`</textarea><script>alert(1)</script> ${unique()}`, `مشرف ${unique()}`, `${unique()} ${'å'.repeat(180)}`]) {
    await page.goto('/roles/new');
    await form.text('Name').fill(name);
    await form.text('Who it’s for').fill(name);
    await form.button('Create role').click();
    await form.waitForUrl(OWN_ROLE);
    await expect(form.heading).toHaveText(name);
    await page.goto('/roles');
    await expect(page.locator('tbody th a', { hasText: name })).toHaveCount(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 'nothing scrolls sideways').toBeLessThanOrEqual(0);
  }
});
