// Clients: creating them, who works with them, assistants, an account of their own, and a caseload that moves.
import { type Page } from '@playwright/test';
import { createClient, createTeam, post, roleId } from '../harness/forms.ts';
import { linkOf } from '../harness/mail.ts';
import { PASSWORD, type Person, administrator, person, unique } from '../harness/people.ts';
import { SetPasswordPage, SignInPage } from '../pages/sign-in.ts';
import { BasePage } from '../pages/page.ts';
import { NewUserPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('a caseworker adds a client who is theirs, and finds them again @core', async ({ page, createActiveUser, as }) => {
  const me = await createActiveUser('Caseworker');
  await as(me);
  const clients = new BasePage(page);
  const last = unique();
  await page.goto('/clients');
  await clients.main.getByRole('link', { name: 'Add client' }).first().click();
  await expect(clients.select('Responsible')).toHaveValue(me.id);
  await clients.text('First name').fill('Elsa');
  await clients.select('Responsible').selectOption('');
  await clients.text('Last name').fill(last);
  await clients.button('Create client').click();
  await expect(clients.fieldError('responsible')).toHaveText('Choose who is responsible, or a team whose queue the client can wait in');
  await expect(clients.text('Last name'), 'what was typed stays').toHaveValue(last);
  await clients.select('Responsible').selectOption(me.id);
  await clients.button('Create client').click();
  await expect(clients.banner).toContainText('The client was added');
  await expect(clients.heading).toHaveText(`Elsa ${last}`);
  await page.goto(`/clients?q=${last.slice(0, 6)}&whose=mine`);
  await expect(clients.main.getByRole('link', { name: `Elsa ${last}` })).toBeVisible();
});

test('an assistant is linked to a client when created, and sees only that client', { tag: '@island' }, async ({ page, as, adminApi, secondPage, expectStatus, mailTo }) => {
  const [first, second] = [unique(), unique()];
  const elsa = await createClient(adminApi, { first_name: 'Elsa', last_name: first });
  const olle = await createClient(adminApi, { first_name: 'Olle', last_name: second });
  await as(administrator);
  const who = person();
  const create = new NewUserPage(page);
  await create.open();
  await create.role('Assistant').check();
  await create.fill(who);
  const linked = create.main.getByRole('group', { name: 'Linked clients' }).first();
  await linked.getByRole('searchbox', { name: 'Search clients' }).fill(first);
  await linked.getByRole('button', { name: 'Search' }).click();
  await expect(create.main.getByRole('checkbox', { name: `Elsa ${first}` })).toBeVisible();
  await expect(create.text('First name'), 'what was typed stays').toHaveValue(who.first);
  await create.main.getByRole('checkbox', { name: `Elsa ${first}` }).check();
  await create.button('Create user').click();
  await expect(create.banner).toContainText('was created');
  const theirs = new UserPage(page);
  await page.goto(`${page.url()}/caseload`);
  await expect(theirs.main.getByRole('link', { name: `Elsa ${first}` })).toBeVisible();

  const mail = await mailTo(who.email, /./);
  const browser = await secondPage();
  await browser.goto(linkOf(mail));
  await acceptAndSignIn(browser, who);
  const clientsPage = new BasePage(browser);
  await browser.goto('/clients');
  await expect(clientsPage.main.getByRole('link', { name: `Elsa ${first}` })).toBeVisible();
  await expect(clientsPage.main.getByRole('link', { name: `Olle ${second}` })).toHaveCount(0);
  expect((await browser.goto(`/clients/${elsa}`))?.status()).toBe(200);
  expectStatus(404);
  expect((await browser.goto(`/clients/${olle}`))?.status()).toBe(404);
});

test('the role Assistant without a client is refused when it is assigned', async ({ page, as, adminApi, createUser }) => {
  await createClient(adminApi, { first_name: 'Elsa', last_name: unique() });
  const who = await createUser();
  await as(administrator);
  const roles = new BasePage(page);
  await page.goto(`/users/${who.id}/roles`);
  await roles.select('Role').selectOption({ label: 'Assistant' });
  await roles.button('Add role').click();
  await expect(roles.main).toContainText('Choose at least one client. An assistant must be linked to one');
  await expect(roles.select('Role'), 'what was chosen stays').toHaveValue(await roleId(adminApi, 'Assistant'));
  await expect(roles.main.getByText('Choose clients for the role Assistant')).toBeVisible();
  await roles.main.getByRole('group', { name: 'Linked clients' }).last().getByRole('checkbox').first().check();
  await roles.button('Add role').click();
  await expect(roles.banner).toContainText('The role was assigned');
});

test('a client is moved to a colleague, and the move is undone', async ({ page, as, adminApi, createActiveUser }) => {
  const [one, other] = [await createActiveUser('Caseworker'), await createActiveUser('Caseworker')];
  const last = unique();
  await createClient(adminApi, { first_name: 'Elsa', last_name: last, responsible: one.id });
  await as(administrator);
  const caseload = new BasePage(page);
  await page.goto(`/users/${one.id}/caseload`);
  await caseload.main.getByRole('checkbox', { name: `Choose Elsa ${last}` }).check();
  await caseload.select('Move to').selectOption(other.id);
  await caseload.button('Move clients').click();
  await expect(caseload.banner).toContainText('Moved: 1 client');
  await expect(caseload.main).toContainText(`Moved to ${other.name}: 1 client.`);
  await page.goto(`/users/${other.id}/caseload`);
  await expect(caseload.main.getByRole('link', { name: `Elsa ${last}` })).toBeVisible();
  await page.goto(`/users/${one.id}/caseload`);
  await caseload.button('Undo move').click();
  await expect(caseload.banner).toContainText('Move undone: 1 client');
  await expect(caseload.main.getByRole('link', { name: `Elsa ${last}` })).toBeVisible();
});

test('the page of a client shows who works with them, and the last responsible person stays', async ({ page, as, adminApi, createActiveUser }) => {
  const [one, other] = [await createActiveUser('Caseworker'), await createActiveUser('Viewer')];
  const client = await createClient(adminApi, { first_name: 'Elsa', last_name: unique(), responsible: one.id });
  await as(administrator);
  const people = new BasePage(page);
  await page.goto(`/clients/${client}`);
  await people.main.getByRole('link', { name: 'People who work with the client' }).click();
  await people.main.getByRole('searchbox').fill(other.last);
  await people.button('Search').click();
  await people.button(`Has access: ${other.name}`).click();
  await expect(people.banner).toContainText('saved');
  await expect(people.main.getByRole('listitem').filter({ hasText: other.name }).first()).toContainText('Has access');
});

test('archiving a user hands over their clients', async ({ page, as, adminApi, createActiveUser }) => {
  const [one, other] = [await createActiveUser('Caseworker'), await createActiveUser('Caseworker')];
  const client = await createClient(adminApi, { first_name: 'Elsa', last_name: unique(), responsible: one.id });
  await as(administrator);
  const archive = new BasePage(page);
  await page.goto(`/users/${one.id}/archive`);
  await archive.text('Reason').fill('Left');
  await archive.button('Archive user').click();
  await expect(archive.main).toContainText('Choose who takes over 1 client');
  await expect(archive.text('Reason'), 'what was typed stays').toHaveValue('Left');
  await archive.select('Who takes over their clients').selectOption(other.id);
  await archive.button('Archive user').click();
  await archive.waitForUrl(new RegExp(`/users/${one.id}$`));
  await page.goto(`/clients/${client}`);
  await expect(archive.main).toContainText(other.name);
});

test('a client’s note is shown as text', async ({ page, as, adminApi }) => {
  const team = await createTeam(adminApi, unique());
  const note = '</textarea><script>document.title="gone"</script>';
  const client = await createClient(adminApi, { first_name: '<b>Elsa</b>', last_name: unique(), team, client_note: note });
  await as(administrator);
  const shown = new BasePage(page);
  await page.goto(`/clients/${client}`);
  await expect(shown.main).toContainText(note);
  await expect(shown.heading).toContainText('<b>Elsa</b>');
  await page.goto(`/clients/${client}/edit`);
  await expect(shown.text('Note')).toHaveValue(note);
});

test('a client with an account sees their own page', { tag: '@island' }, async ({ adminApi, secondPage, mailTo }) => {
  const who = person();
  const client = await createClient(adminApi, { first_name: who.first, last_name: who.last, email: who.email, client_note: 'Not for them' });
  await post(adminApi, `/users/new?client=${client}`, 'create_user', {
    first_name: who.first, last_name: who.last, email: who.email, login_name: who.loginName, way_in: 'invitation',
    'roles[]': [await clientRole(adminApi, client)],
  });
  const mail = await mailTo(who.email, /./);
  const browser = await secondPage();
  await browser.goto(linkOf(mail));
  await acceptAndSignIn(browser, who);
  const clientsPage = new BasePage(browser);
  await browser.goto('/clients');
  await expect(clientsPage.main.getByRole('searchbox'), 'there is nothing to look for').toHaveCount(0);
  await clientsPage.main.getByRole('link', { name: `${who.first} ${who.last}` }).click();
  await expect(clientsPage.heading).toHaveText(`${who.first} ${who.last}`);
  await expect(clientsPage.main.getByRole('heading', { name: 'People who work with you' })).toBeVisible();
  await expect(clientsPage.main).not.toContainText('Not for them');
  await expect(clientsPage.main.getByRole('link', { name: 'Edit details' })).toHaveCount(0);
});

/** Sets the password of an invitation, and signs in. */
async function acceptAndSignIn(page: Page, who: Person): Promise<void> {
  await new SetPasswordPage(page).setPassword(PASSWORD);
  const authPage = new SignInPage(page);
  await authPage.waitForUrl(/\/sign-in$/);
  await authPage.signIn(who.loginName, PASSWORD);
  await authPage.waitForUrl(/\/$/);
}

/** The id of the role Client, from the page that creates an account for a client. */
async function clientRole(adminApi: Parameters<typeof roleId>[0], client: string): Promise<string> {
  const html = await (await adminApi.get(`/users/new?client=${client}`)).text();
  const id = /<input[^>]*name="roles\[\]"[^>]*value="([0-9a-f-]{36})"[^>]*checked/.exec(html)?.[1] ?? /checked[^>]*name="roles\[\]"[^>]*value="([0-9a-f-]{36})"/.exec(html)?.[1];
  expect(id, 'the role is selected').toBeTruthy();
  return id!;
}
