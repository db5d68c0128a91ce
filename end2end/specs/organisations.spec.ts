// Creating and suspending organisations as the operator, the settings of an organisation, and its seats.
import { type APIRequestContext } from '@playwright/test';
import { acceptInvitation, create, createOrganisation, post, prepare, roleId, signIn } from '../harness/forms.ts';
import { linkOf } from '../harness/mail.ts';
import { type Person, PASSWORD, administrator, person, unique } from '../harness/people.ts';
import { SignInPage } from '../pages/sign-in.ts';
import { BasePage } from '../pages/page.ts';
import { NewUserPage } from '../pages/users.ts';
import { expect, test as base } from '../fixtures.ts';

interface Tenant {
  name: string;
  id: string;
  chief: Person;
  /** An API client that is signed in as its administrator. */
  adminApi: APIRequestContext;
}

/** An organisation for one test, whose administrator can sign in. Its settings do not affect other tests. */
const test = base.extend<{ tenant: Tenant }>({
  tenant: async ({ adminApi, anonymousApi, mailTo }, use) => {
    const chief = person('Birgit', 'Ek');
    const name = `Omsorg ${unique()}`;
    const id = await createOrganisation(adminApi, name, chief);
    const own = await anonymousApi();
    await acceptInvitation(own, linkOf(await mailTo(chief.email, /Your account/)));
    await signIn(own, chief);
    await use({ name, id, chief, adminApi: own });
  },
});

/** Valid settings, to which a test adds its own. */
const SETTLED = { language: 'en', 'languages[]': ['en', 'sv'], time_zone: 'Europe/Stockholm', login_name_format: 'first.last' };

test('the operator creates an organisation, and its administrator signs in', { tag: '@island' }, async ({ page, secondPage, as, mailTo }) => {
  await as(administrator);
  const chief = person('Gudrun', 'Sand');
  const name = `Väst ${unique()}`;
  const pages = new BasePage(page);
  await page.goto('/organisations');
  await page.getByRole('link', { name: 'Add organisation' }).click();
  await pages.waitForUrl('/organisations/new');
  await pages.button('Create organisation').click();
  await expect(pages.summary).toContainText('Enter an organisation name');
  await expect(pages.summary).toContainText('Enter an e-mail address');
  await pages.text('Organisation name').fill(name);
  await pages.text('First name').fill(chief.first);
  await pages.text('Last name').fill(chief.last);
  await pages.text('E-mail').fill(chief.email);
  await pages.button('Create organisation').click();
  await pages.waitForUrl(/\/organisations\/[0-9a-f-]{36}$/);
  await expect(pages.banner).toContainText('Its administrator gets an invitation');
  await expect(pages.heading).toHaveText(name);
  await expect(pages.main).toContainText('1 person');
  const theirs = await secondPage();
  await theirs.goto(new URL(linkOf(await mailTo(chief.email, /Your account/))).pathname);
  await theirs.locator('#new_password').fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Save password' }).click();
  const authPage = new SignInPage(theirs);
  await authPage.waitForUrl('/sign-in');
  await authPage.signIn(chief.email, PASSWORD);
  await authPage.waitForUrl('/');
  await theirs.goto('/users');
  await expect(theirs.getByRole('main').locator('tbody tr'), 'nobody of the others').toHaveCount(1);
  await expect(theirs.getByRole('banner')).toContainText(name);
  await expect(theirs.getByRole('navigation').getByRole('link', { name: 'Organisations', exact: true, includeHidden: true })).toHaveCount(0);
});

test('changed settings apply immediately', { tag: '@island' }, async ({ page, as, tenant, expectStatus }) => {
  await as(tenant.chief);
  const pages = new BasePage(page);
  await page.goto('/settings');
  await pages.text('Your e-mail domains').fill('no domain');
  await pages.text('Support contact').fill('Ask Bo, 08-123 45 67');
  await page.getByRole('checkbox', { name: 'Phone' }).check();
  await pages.text('Reasons for archiving').fill('Left\nOn leave');
  await pages.button('Save changes').click();
  await expect(pages.summary).toContainText('“no domain” is not a valid domain');
  await expect(pages.text('Support contact'), 'nothing typed is lost').toHaveValue('Ask Bo, 08-123 45 67');
  await expect(page.getByRole('checkbox', { name: 'Phone' })).toBeChecked();
  await pages.text('Your e-mail domains').fill('northfield.example');
  await pages.button('Save changes').click();
  await expect(pages.banner).toContainText('Your changes were saved');
  await expect(pages.main.getByRole('listitem').filter({ hasText: 'changed the settings' })).toContainText('Ask Bo');

  expectStatus(404);
  await page.goto('/users/01920000-0000-7000-8000-00000000beef');
  await expect(pages.main).toContainText('Need help? Contact Ask Bo, 08-123 45 67');

  const form = new NewUserPage(page);
  await form.open();
  await expect(page.locator('#phone'), 'what must be filled is not folded away').toBeVisible();
  const colleague = person();
  await form.text('First name').fill(colleague.first);
  await form.text('Last name').fill(colleague.last);
  await form.text('E-mail').fill(colleague.email);
  await form.text('Login name').fill(colleague.loginName);
  await form.button('Create user').click();
  await expect(form.summary).toContainText('Enter a phone number');
  await page.locator('#phone').fill('08-123 45 67');
  await form.button('Create user').click();
  await form.waitForUrl(/\/users\/[0-9a-f-]{36}$/);

  await page.goto(`${page.url()}/archive`);
  await pages.select('Reason for archiving').selectOption('On leave');
  await pages.text('More information').fill('until June');
  await pages.button('Archive user').click();
  await expect(pages.main).toContainText('On leave: until June');
});

test('the roles of the customer portal come with it and go with it', async ({ page, as, tenant }) => {
  await as(tenant.chief);
  const pages = new BasePage(page);
  const role = pages.main.getByRole('link', { name: 'Security administrator', exact: true });
  const portal = page.getByRole('checkbox', { name: /The organisation uses the customer portal/ });
  await page.goto('/roles');
  await expect(pages.main.getByRole('link', { name: 'Supervisor', exact: true })).toBeVisible();
  await expect(role).toHaveCount(0);
  await page.goto('/settings');
  await portal.check();
  await pages.button('Save changes').click();
  await expect(pages.banner).toContainText('Your changes were saved');
  await page.goto('/roles');
  await expect(role).toBeVisible();

  const who = await create(tenant.adminApi, person(), { role: 'Security administrator' });
  await page.goto('/settings');
  await portal.uncheck();
  await pages.button('Save changes').click();
  await expect(pages.summary).toContainText('These roles are still assigned to 1 person');
  await post(tenant.adminApi, `/users/${who}/roles`, 'remove_role', { role: await roleId(tenant.adminApi, 'Security administrator') });
  await pages.button('Save changes').click();
  await expect(pages.banner).toContainText('Your changes were saved');
  await page.goto('/roles');
  await expect(role).toHaveCount(0);
});

test('the second of two concurrent changes of settings shows both versions', async ({ page, as, tenant }) => {
  await as(tenant.chief);
  const pages = new BasePage(page);
  await page.goto('/settings');
  await post(tenant.adminApi, '/settings', 'edit_settings', { ...SETTLED, support_contact: 'Bo' });
  await pages.text('Support contact').fill('Bea');
  await pages.button('Save changes').click();
  await expect(pages.summary).toContainText('Someone else changed this after you opened the page');
  const row = page.getByRole('row', { name: /Support contact/ });
  await expect(row).toContainText('Bea');
  await expect(row).toContainText('Bo');
  await pages.button('Save changes').click();
  await expect(pages.banner).toContainText('Your changes were saved');
  await expect(pages.text('Support contact')).toHaveValue('Bea');
});

test('one language is offered where the organisation speaks one', async ({ page, as, tenant }) => {
  await as(tenant.chief);
  await post(tenant.adminApi, '/settings', 'edit_settings', { ...SETTLED, language: 'sv', 'languages[]': ['sv'] });
  await page.goto('/profile');
  await expect(page.locator('html')).toHaveAttribute('lang', 'sv');
  await expect(page.locator('#language option')).toHaveCount(2);
  await expect(page.getByRole('button', { name: 'English' })).toHaveCount(0);
});

test('the last seat gives a warning, then nobody can be invited, and the vendor is notified', { tag: '@island' }, async ({ page, as, tenant, adminApi, mailTo, expectRefusal }) => {
  const vendor = `${unique()}@vendor.example`;
  await post(adminApi, `/organisations/${tenant.id}/edit`, 'edit_organisation', { organisation_name: tenant.name, seats: '2', licence_from: '2026-01-01', licence_until: '2099-12-31', vendor_address: vendor });
  await as(tenant.chief);
  const form = new NewUserPage(page);
  const fill = async (who: Person) => {
    await form.open();
    await form.text('First name').fill(who.first);
    await form.text('Last name').fill(who.last);
    await form.text('E-mail').fill(who.email);
    await form.text('Login name').fill(who.loginName);
  };
  await fill(person());
  await expect(form.main.locator('.review')).toContainText('Seats left: 1.');
  expectRefusal(422);
  await form.button('Create user').click();
  await expect(form.warnings).toContainText('This uses the last of your 2 seats');
  await form.warnings.getByRole('checkbox').check();
  await form.text('Reason for overriding').fill('She begins today');
  await form.button('Create user').click();
  await form.waitForUrl(/\/users\/[0-9a-f-]{36}$/);

  await fill(person());
  await form.button('Create user').click();
  await expect(form.summary).toContainText('All 2 seats are in use. Choose “Add without inviting”');
  await form.main.getByRole('radio', { name: /^Add without inviting/ }).check();
  await form.button('Create user').click();
  await form.waitForUrl(/\/users\/[0-9a-f-]{36}$/);
  await page.goto(`${page.url()}/invite`);
  await form.button('Send invitation').click();
  await expect(form.summary).toContainText('All 2 seats');

  await page.goto('/settings/licence');
  await expect(form.main).toContainText('2 of 2 in use');
  await expect(form.main.getByRole('listitem').filter({ hasText: 'Seats nearly used' })).toContainText('Seats in use: 2 of 2.');
  await form.button('Send notice').click();
  await expect(form.banner).toContainText('The notice is on its way');
  await expect(form.main.getByRole('listitem')).toContainText(`Sent to ${vendor} by ${tenant.chief.name}`);
  const mail = await mailTo(vendor, /^User accounts at /);
  expect(mail.text).toContain('Seats in use: 2 of 2.');
  expect(mail.text, 'the mail names nobody').not.toContain(tenant.chief.name);
});

test('an impossible agreement is reported at its fields', async ({ page, as, tenant }) => {
  await as(administrator);
  const pages = new BasePage(page);
  await page.goto(`/organisations/${tenant.id}/edit`);
  await page.locator('#seats').fill('0');
  await page.locator('#licence_from').fill('2026-05-01');
  await page.locator('#licence_until').fill('2026-04-30');
  await pages.button('Save changes').click();
  await expect(pages.summary).toContainText('The number of seats must be a whole number, 1 or more');
  await expect(pages.summary).toContainText('The last day must be the same as or after the first day');
  await expect(page.locator('#licence_from')).toHaveValue('2026-05-01');
});

test('a suspended organisation is signed out, learns why, and is resumed', async ({ page, secondPage, as, tenant }) => {
  await as(administrator);
  const theirs = await secondPage();
  await as(tenant.chief, theirs.context());
  await theirs.goto('/users');
  const pages = new BasePage(page);
  await page.goto(`/organisations/${tenant.id}`);
  await page.getByRole('link', { name: 'Suspend organisation' }).click();
  await pages.button('Suspend organisation').click();
  await expect(pages.summary).toContainText('Enter a reason');
  await pages.text('Reason').fill('The agreement ended');
  await pages.button('Suspend organisation').click();
  await expect(pages.banner).toContainText('was suspended');
  await expect(pages.main).toContainText('The agreement ended');
  await theirs.reload();
  const authPage = new SignInPage(theirs);
  await authPage.waitForUrl(/\/sign-in/);
  await authPage.signIn(tenant.chief.loginName, PASSWORD);
  await expect(authPage.summary).toContainText('Your organisation is suspended');
  await page.getByRole('link', { name: 'Resume organisation' }).click();
  await pages.button('Resume organisation').click();
  await expect(pages.banner).toContainText('can sign in again');
  await authPage.signIn(tenant.chief.loginName, PASSWORD);
  await authPage.waitForUrl(/\/(users)?$/);
});

test('the operator archives and restores an administrator, sends them a link and removes their role', async ({ page, as, tenant, anonymousApi, mailTo }) => {
  const second = person('Bengt', 'Ahl');
  await create(tenant.adminApi, second, { role: 'Organisation administrator', signInSetup: 'invitation' });
  await acceptInvitation(await anonymousApi(), linkOf(await mailTo(second.email, /Your account/)));
  await as(administrator);
  const pages = new BasePage(page);
  await page.goto(`/organisations/${tenant.id}`);
  const listed = page.locator('#administrators').getByRole('listitem');
  const row = listed.filter({ hasText: second.name });
  await expect(listed).toHaveCount(2);
  await expect(row).toContainText(second.email);

  await row.getByRole('link', { name: `Archive user ${second.name}` }).click();
  await expect(pages.main).toContainText(`The other administrators of ${tenant.name} are notified by e-mail`);
  await expect(pages.main.getByRole('textbox', { name: /E-mail|password/ }), 'neither is changed here').toHaveCount(0);
  await pages.button('Archive user').click();
  await expect(pages.summary).toContainText('Enter a reason');
  await pages.text('Reason').fill('Left in October');
  await pages.button('Archive user').click();
  await pages.warnings.getByRole('checkbox').check();
  await pages.button('Archive user').click();
  await expect(pages.banner).toContainText('other administrators are notified by e-mail');
  await expect(row).toContainText('Archived');
  const news = await mailTo(tenant.chief.email, /^Change to the administrators of/);
  expect(news.text).toContain(`archived the account of ${second.name}`);
  expect(news.text, 'the mail names the administrator').toContain(administrator.name);

  await row.getByRole('link', { name: `Restore user ${second.name}` }).click();
  await pages.button('Restore user').click();
  await row.getByRole('link', { name: `Send new link to ${second.name}` }).click();
  await expect(pages.main).toContainText(second.email);
  await pages.button('Send new link').click();
  await expect(pages.banner).toContainText('other administrators are notified by e-mail');
  const theirs = await anonymousApi();
  await acceptInvitation(theirs, linkOf(await mailTo(second.email, /Your account/, 2)));
  await signIn(theirs, second);

  await page.reload();
  await row.getByRole('link', { name: `Remove administrator role from ${second.name}` }).click();
  await pages.button('Remove administrator role').click();
  await pages.warnings.getByRole('checkbox').check();
  await pages.text('Reason for overriding').fill('Made by mistake');
  await pages.button('Remove administrator role').click();
  await expect(pages.banner).toContainText('other administrators are notified by e-mail');
  await expect(row).toHaveCount(0);
  expect((await theirs.get('/users')).status(), 'administers no more').toBe(403);

  await listed.getByRole('link', { name: /^Archive user/ }).click();
  await expect(pages.main).toContainText(`${tenant.chief.name} is the last administrator of ${tenant.name} who can sign in`);
  await expect(pages.main.getByRole('button')).toHaveCount(0);
});

test('settings need their permission, and organisations need the operator', async ({ page, as, createActiveUser, tenant, adminApi, expectStatus }) => {
  await as(tenant.chief);
  expectStatus(403);
  for (const path of ['/organisations', '/organisations/new', `/organisations/${tenant.id}`, `/organisations/${tenant.id}/suspend`]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
  }
  const viewer = await createActiveUser('Viewer');
  await page.context().clearCookies();
  await as(viewer);
  expect((await page.goto('/settings'))?.status()).toBe(403);
  await expect(page.getByRole('banner').getByRole('link', { name: 'Settings' })).toHaveCount(0);
  const tampered = await prepare(adminApi, '/settings', 'edit_settings', { ...SETTLED, time_zone: 'Mars/Olympus' });
  expect((await tampered()).headers()['location'], 'and what the form never offered').toContain('draft=');
});
