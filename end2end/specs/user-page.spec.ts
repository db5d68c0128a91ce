// The page of a user, and the actions on a user.
import { linkOf } from '../harness/mail.ts';
import { OTHER_PASSWORD, PASSWORD, TEMPORARY_PASSWORD, administrator } from '../harness/people.ts';
import { DeadLinkPage, SetPasswordPage, SignInPage } from '../pages/sign-in.ts';
import { PasswordPage } from '../pages/profile.ts';
import { UserListPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test.beforeEach(async ({ as }) => as(administrator));

test('the page shows the details, what is missing, and the activity', async ({ page, createUser }) => {
  const who = await createUser({ fields: { phone: '020 7946 0123', job_title: 'Housing adviser' } });
  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await expect(theirs.heading).toHaveText(who.name);
  await expect(theirs.detail('Name')).toHaveText(who.name);
  await expect(theirs.detail('E-mail')).toContainText(who.email);
  await expect(theirs.detail('E-mail')).toContainText('Not verified');
  await expect(theirs.detail('Login name')).toHaveText(who.loginName);
  await expect(theirs.detail('Phone')).toHaveText('020 7946 0123');
  await expect(theirs.detail('Job title')).toHaveText('Housing adviser');
  await expect(theirs.detail('Created')).toContainText(`by ${administrator.name}`);
  await expect(theirs.detail('Last activity')).toHaveText('Never');
  await expect(theirs.overview).toContainText('They have neither a password nor an invitation.');
  await expect(theirs.missing).toContainText(['A role apart from User']);
  await expect(theirs.activity).toHaveCount(1);
  await expect(theirs.activity).toContainText(`${administrator.name} created the account without an invitation`);
});

test('details are edited, and the activity shows the old and the new value', { tag: '@island' }, async ({ page, createUser }) => {
  const who = await createUser();
  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await theirs.openAction('Edit details');
  await theirs.text('Phone').fill('020 7946 0999');
  await theirs.text('First name').fill('Vega');
  await theirs.text('Login name').fill(who.loginName.replace('vilma', 'vega'));
  await theirs.button('Save changes').click();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await expect(theirs.banner).toContainText('Your changes were saved');
  await expect(theirs.heading).toHaveText(`Vega ${who.last}`);
  await expect(theirs.detail('Phone')).toHaveText('020 7946 0999');
  const newest = theirs.activity.first();
  await expect(newest).toContainText('edited details');
  await expect(newest.locator('li', { hasText: 'First name' }).locator('del')).toHaveText('Vilma');
  await expect(newest.locator('li', { hasText: 'First name' }).locator('ins')).toHaveText('Vega');
});

test('a mistake in an edit is reported, and nothing is lost', { tag: '@island' }, async ({ page, createUser, expectRefusal }) => {
  const taken = await createUser();
  const who = await createUser();
  await page.goto(`/users/${who.id}/edit`);
  const theirs = new UserPage(page);
  await theirs.text('Job title').fill('Team lead');
  await theirs.text('Last name').fill('');
  await theirs.button('Save changes').click();
  await expect(theirs.fieldError('last_name')).toContainText('Enter a last name');
  await expect(theirs.text('Job title')).toHaveValue('Team lead');
  await theirs.text('Last name').fill(who.last);
  await theirs.text('E-mail').fill(taken.email);
  expectRefusal(422);
  await theirs.button('Save changes').click();
  await expect(theirs.fieldError('email')).toContainText('Someone who is already registered here has this e-mail address');
  await expect(theirs.text('Job title')).toHaveValue('Team lead');
  await theirs.text('E-mail').fill(who.email);
  await theirs.button('Save changes').click();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await expect(theirs.detail('Job title')).toHaveText('Team lead');
});

test('roles are added and removed', async ({ page, createUser }) => {
  const who = await createUser({ role: 'Caseworker' });
  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await theirs.openAction('Add a role');
  await expect(theirs.button('Remove User'), 'User is always there').toHaveCount(0);
  await expect(theirs.select('Role').locator('option', { hasText: /^Caseworker$/ }), 'what one has is not offered').toHaveCount(0);
  await theirs.select('Role').selectOption({ label: 'Supervisor' });
  await theirs.button('Add role').click();
  await expect(theirs.banner).toContainText('The role was assigned');
  await theirs.button('Remove Caseworker').click();
  await expect(theirs.banner).toContainText('The role was removed');
  await expect(theirs.button('Remove Caseworker')).toHaveCount(0);
  await theirs.open(who.id);
  await expect(theirs.detail('Roles')).toContainText('Supervisor');
  await expect(theirs.detail('Roles')).not.toContainText('Caseworker');
  await expect(theirs.activity.nth(0)).toContainText('removed the role Caseworker');
  await expect(theirs.activity.nth(1)).toContainText('assigned the role Supervisor');
});

test('adding no role is reported', async ({ page, createUser }) => {
  const who = await createUser();
  await page.goto(`/users/${who.id}/roles`);
  const theirs = new UserPage(page);
  await theirs.button('Add role').click();
  await expect(theirs.summary.getByRole('link', { name: 'Choose a role' })).toBeVisible();
});

test('a temporary password ends sessions, and must be changed', { tag: '@island' }, async ({ page, secondPage, as, createActiveUser }) => {
  const who = await createActiveUser('Caseworker');
  const guest = await secondPage();
  await as(who, guest.context());
  await guest.goto('/profile');
  await expect(guest).toHaveURL(/\/profile$/);

  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await theirs.openAction('Change password');
  await theirs.password('temporary_password').fill(TEMPORARY_PASSWORD);
  await theirs.button('Set a temporary password').click();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await expect(theirs.banner).toContainText('The temporary password was set');
  await expect(theirs.activity.first()).toContainText('set a temporary password');

  await guest.goto('/profile');
  await expect(guest, 'the session has ended').toHaveURL(/\/sign-in/);
  const authPage = new SignInPage(guest);
  await authPage.signIn(who.loginName, TEMPORARY_PASSWORD);
  await new PasswordPage(guest).waitForUrl(/\/profile\/password$/);
});

test('a weak temporary password is refused', { tag: '@island' }, async ({ page, createUser, expectRefusal }) => {
  const who = await createUser();
  await page.goto(`/users/${who.id}/password`);
  const theirs = new UserPage(page);
  expectRefusal(422);
  await theirs.password('temporary_password').fill(`northfield care and ${who.last}`);
  await theirs.button('Set a temporary password').click();
  await expect(theirs.summary).toContainText('The password contains a name from this page');
});

test('sending the invitation again kills the earlier link', { tag: '@island' }, async ({ page, secondPage, createUser, mailTo, expectStatus }) => {
  const who = await createUser({ role: 'Caseworker', signInSetup: 'invitation' });
  const first = linkOf(await mailTo(who.email, /^Your account at/));
  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await expect(theirs.overview).toContainText('Sent');
  await theirs.openAction('Send invitation');
  await expect(theirs.main).toContainText('Links sent earlier stop working.');
  await theirs.button('Send invitation').click();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await expect(theirs.banner).toContainText('The invitation is on its way');
  const second = linkOf(await mailTo(who.email, /^Your account at/, 2));
  expect(second).not.toBe(first);

  const guest = await secondPage();
  expectStatus(410);
  await guest.goto(first);
  await new DeadLinkPage(guest).expectShown();
  await guest.goto(second);
  const authPage = new SetPasswordPage(guest);
  await expect(authPage.heading).toHaveText('Set your password');
  await authPage.setPassword(PASSWORD);
  await authPage.waitForUrl(/\/sign-in$/);
  await guest.goto(second);
  await new DeadLinkPage(guest).expectShown();
});

test('unknown links look like every expired link', async ({ page, expectStatus }) => {
  await page.goto('/link/invitation/%0d%0aset-cookie:a=b');
  await expect(page).toHaveURL(/\/link-cannot-be-used$/);
  const dead = new DeadLinkPage(page);
  await dead.expectShown();
  const words = await dead.main.innerText();
  expectStatus(410);
  await page.goto('/link/invitation/abcdefghijklmnopqrstuvwxyz');
  await dead.expectShown();
  expect(await dead.main.innerText()).toBe(words);
  await page.goto('/link/email/abcdefghijklmnopqrstuvwxyz');
  await dead.expectShown();
  expect(await dead.main.innerText()).toBe(words);
});

test('archiving needs a reason, ends sign-in, and restoring does not bring back the old password', async ({ page, secondPage, as, createActiveUser }) => {
  const who = await createActiveUser('Caseworker');
  const guest = await secondPage();
  await as(who, guest.context());
  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await theirs.openAction('Archive user');
  await expect(theirs.main).toContainText(`${who.name} is signed out everywhere`);
  await expect(theirs.detail('Login name'), 'the key facts are shown').toHaveText(who.loginName);
  await expect(theirs.main.getByRole('link', { name: 'Keep user' })).toBeVisible();
  await theirs.button('Archive user').click();
  await expect(theirs.summary.getByRole('link', { name: 'Enter a reason' })).toBeVisible();
  const reason = 'Left for another employer </textarea><script>alert(1)</script>\nOn good terms.';
  await theirs.text('Reason').fill(reason);
  await theirs.button('Archive user').click();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await expect(theirs.status).toHaveText('Archived');
  await expect(theirs.overview).toContainText('</textarea><script>alert(1)</script>');
  await expect(theirs.menu(), 'nothing but restoring').toHaveText(['Troubleshoot access', 'Restore user']);
  const list = new UserListPage(page);
  await list.open(`?q=${who.last}`);
  await expect(list.rows).toHaveCount(0);

  await guest.goto('/profile');
  await expect(guest).toHaveURL(/\/sign-in/);
  const authPage = new SignInPage(guest);
  await guest.context().clearCookies();
  await authPage.open();
  await authPage.signIn(who.loginName, who.password);
  await expect(authPage.summary).toContainText('The login name or password is wrong');

  await theirs.open(who.id);
  await theirs.openAction('Restore user');
  await theirs.button('Restore user').click();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await expect(theirs.banner).toContainText('The user was restored.');
  await expect(theirs.status).toHaveText('Can’t sign in yet');
  await expect(theirs.detail('Roles')).toContainText('Caseworker');
  await expect(theirs.activity.nth(0)).toContainText('restored the account');
  await expect(theirs.activity.nth(1)).toContainText('archived the account');
  await authPage.open();
  await authPage.signIn(who.loginName, who.password);
  await expect(authPage.summary).toContainText('The login name or password is wrong');
});

test('an invitation without an e-mail address says that one is needed', { tag: '@island' }, async ({ page, createUser }) => {
  const who = await createUser({ fields: { email: '' } });
  await page.goto(`/users/${who.id}/invite`);
  const theirs = new UserPage(page);
  await expect(theirs.main).toContainText(`${who.name} has no e-mail address.`);
  await theirs.main.getByRole('link', { name: 'Edit details' }).click();
  await theirs.waitForUrl(/\/edit$/);
});

test('a reset by invitation leaves the old password until the link is followed', { tag: '@island' }, async ({ page, secondPage, createActiveUser, mailTo }) => {
  const who = await createActiveUser('Viewer');
  await page.goto(`/users/${who.id}/invite`);
  const theirs = new UserPage(page);
  await theirs.button('Send invitation').click();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await expect(theirs.status).toHaveText('Active');
  const link = linkOf(await mailTo(who.email, /^Your account at/));
  const guest = await secondPage();
  const authPage = new SignInPage(guest);
  await authPage.open();
  await authPage.signIn(who.loginName, who.password);
  await authPage.waitForUrl(/\/$/);
  await guest.goto(link);
  const set = new SetPasswordPage(guest);
  await set.setPassword(OTHER_PASSWORD);
  await set.waitForUrl(/\/sign-in$/);
  await authPage.signIn(who.loginName, OTHER_PASSWORD);
  await authPage.waitForUrl(/\/$/);
});
