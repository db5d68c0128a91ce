// Linked accounts: request, proposal, agreement, switching, unlinking; and two tabs that act for two organisations.
import { type APIRequestContext } from '@playwright/test';
import { create, post, completeFirstSignIn, signIn } from '../harness/forms.ts';
import { PASSWORD, demo, person, unique } from '../harness/people.ts';
import { BasePage, AppPage } from '../pages/page.ts';
import { NewUserPage, UserPage } from '../pages/users.ts';
import { type TestUser, expect, test } from '../fixtures.ts';

// the demo has two organisations
test.use({ installation: 'demo' });

/** The role of the person in both organisations. */
const HERE = 'Organisation administrator';

/** Creates a person with an account in both organisations of the demo, not linked. */
async function createBoth(adminApi: APIRequestContext, otherApi: APIRequestContext, anonymousApi: () => Promise<APIRequestContext>): Promise<{ here: TestUser; there: TestUser }> {
  const [here, there] = [person('Ebba', 'Lund'), person('Ebba', 'Lund')];
  const options = { signInSetup: 'temporary_password', language: 'en' } as const;
  // the other organisation's administrator reads Swedish
  const ids = [await create(adminApi, here, { ...options, role: HERE }), await create(otherApi, there, { ...options, role: 'Organisationsadministratör' })];
  await completeFirstSignIn(await anonymousApi(), here);
  await completeFirstSignIn(await anonymousApi(), there);
  return { here: { ...here, id: ids[0]! }, there: { ...there, id: ids[1]! } };
}

/** An API client that is signed in as the administrator of the other organisation. */
async function otherAdminApi(anonymousApi: () => Promise<APIRequestContext>): Promise<APIRequestContext> {
  const request = await anonymousApi();
  await post(request, '/sign-in', 'sign_in', { login_name: demo.otherAdministrator.loginName, password: demo.otherAdministrator.password });
  return request;
}

/** A holder agrees to a link, signed in to their own account, without a browser. */
async function agree(anonymousApi: () => Promise<APIRequestContext>, holder: TestUser): Promise<void> {
  const request = await anonymousApi();
  await signIn(request, { loginName: holder.loginName, password: PASSWORD });
  await post(request, '/profile/accounts', 'agree_to_link', {});
}

/** A System administrator proposes a link, and both holders agree. */
async function link(adminApi: APIRequestContext, anonymousApi: () => Promise<APIRequestContext>, here: TestUser, there: TestUser): Promise<void> {
  await post(adminApi, `/organisations/links?one=${here.loginName}&other=${there.loginName}`, 'propose_link', {});
  await agree(anonymousApi, here);
  await agree(anonymousApi, there);
}

test('an administrator asks for a link, a System administrator proposes it, the person agrees in both accounts and switches @core', async ({ page, as, adminApi, anonymousApi }) => {
  const otherApi = await otherAdminApi(anonymousApi);
  const { here, there } = await createBoth(adminApi, otherApi, anonymousApi);
  await as(demo.administrator);
  const ask = new BasePage(page);
  await page.goto(`/users/${here.id}`);
  await ask.main.getByRole('link', { name: 'Other organisations' }).click();
  await ask.button('Send request').click();
  await expect(ask.summary).toContainText('Enter a login name');
  await expect(ask.fieldError('reason')).toContainText('Enter a reason');
  await ask.text('Login name in the other organisation').fill(there.loginName);
  await ask.text('Reason').fill('She works nights there');
  await ask.button('Send request').click();
  await expect(ask.banner).toContainText('The request was sent');
  await expect(ask.main).toContainText('Waiting for an answer');

  await page.goto('/organisations/links');
  await ask.main.getByRole('link', { name: `Open the request for ${here.name}` }).click();
  await expect(ask.main).toContainText('Check that both accounts belong to the same person.');
  await expect(ask.main).toContainText('She works nights there');
  await ask.button('Propose link').click();
  await expect(ask.banner).toContainText('The proposal was sent');
  await expect(ask.main.getByRole('button', { name: new RegExp(`^Withdraw the proposal: .*${here.name}`) })).toBeVisible();
  await page.goto(`/users/${here.id}/links`);
  await expect(ask.main.locator('.badge', { hasText: 'Approved' })).toBeVisible();
  await expect(ask.main, 'no account is linked before both holders have agreed').toContainText('No account in another organisation is linked');

  await as({ loginName: here.loginName, password: PASSWORD });
  const frame = new AppPage(page);
  await page.goto('/profile');
  await frame.main.getByRole('link', { name: 'Your organisations' }).click();
  await expect(frame.main.getByRole('heading', { name: 'Link your accounts?' })).toBeVisible();
  await frame.main.getByRole('button', { name: 'Agree', exact: true }).click();
  await expect(frame.banner).toContainText('You have agreed');
  await expect(frame.main.getByRole('button', { name: 'Agree', exact: true })).toHaveCount(0);
  await expect(frame.main.getByRole('button', { name: /^Switch to / })).toHaveCount(0);
  await agree(anonymousApi, there);

  await as(demo.administrator);
  const theirs = new UserPage(page);
  await theirs.open(here.id);
  await expect(theirs.detail('Linked accounts')).toContainText(there.loginName);

  await as({ loginName: here.loginName, password: PASSWORD });
  await page.goto('/');
  const own = await page.locator('.nav .org > [dir]').innerText();
  await frame.userMenu.click();
  await page.getByRole('button', { name: /^Switch to / }).click();
  await expect(frame.banner).toContainText('You are now in');
  await expect(page.locator('.nav .org > [dir]')).not.toHaveText(own);
  await frame.navigate('Users');
  await expect(page.getByRole('main')).not.toContainText(here.name);
  const history = await (await otherApi.get(`/users/${there.id}/history`)).text();
  expect(history, 'the audit of that organisation names the account that signed in').toContain(`, via ${here.name} hos ${own}`);
  await frame.userMenu.click();
  await page.getByRole('button', { name: `Switch to ${own}` }).click();
  await expect(page.locator('.nav .org > [dir]')).toHaveText(own);
});

test('unlinking ends what was switched at once', async ({ page, as, adminApi, anonymousApi }) => {
  const otherApi = await otherAdminApi(anonymousApi);
  const { here, there } = await createBoth(adminApi, otherApi, anonymousApi);
  await link(adminApi, anonymousApi, here, there);
  await as({ loginName: here.loginName, password: PASSWORD });
  await page.goto('/profile/accounts');
  const accounts = new AppPage(page);
  await accounts.main.getByRole('button', { name: /^Switch to / }).click();
  await expect(accounts.banner).toContainText('You are now in');
  const list = await (await adminApi.get('/organisations/links')).text();
  expect(list).toContain(there.loginName);
  const form = [...list.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form).find((form) => form.includes(there.id));
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(form!)![1]!;
  const answer = await adminApi.post('/api/usher_app/accounts/api/unlink_account', {
    form: { organisation: hidden('organisation'), of: hidden('of'), user: hidden('user') },
    headers: { 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  });
  expect([200, 302]).toContain(answer.status());
  await page.goto('/users');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('two tabs that act for two organisations: what is sent by the wrong one is refused, kept, and done after switching back', { tag: '@island' }, async ({ page, as, context, adminApi, anonymousApi, expectRefusal, javaScriptEnabled }) => {
  const otherApi = await otherAdminApi(anonymousApi);
  const { here, there } = await createBoth(adminApi, otherApi, anonymousApi);
  await link(adminApi, anonymousApi, here, there);
  await as({ loginName: here.loginName, password: PASSWORD });
  const form = new NewUserPage(page);
  await form.open();
  const who = person('Vilma', unique());
  await form.fill({ first: who.first, last: who.last, email: who.email, loginName: who.loginName });

  const tab = await context.newPage();
  await tab.goto('/profile/accounts');
  await tab.getByRole('main').getByRole('button', { name: /^Switch to / }).click();
  await expect(tab.locator('.notice.good')).toContainText('You are now in');

  expectRefusal(409);
  await form.button('Create user').click();
  if (javaScriptEnabled === false) {
    await expect(page).toHaveURL(/\/profile\/accounts\?made_for=/);
    await expect(form.main.getByRole('alert')).toContainText('Switch back to that organisation');
    await form.main.getByRole('button', { name: /^Switch to / }).click();
    await expect(page).toHaveURL(/\/users\/new\?draft=/);
  } else {
    await expect(form.summary).toContainText('Switch back in another tab');
    await tab.goto('/profile/accounts');
    await tab.getByRole('main').getByRole('button', { name: /^Switch to / }).click();
    await expect(tab.locator('.notice.good')).toContainText('You are now in');
  }
  await expect(form.text('First name'), 'nothing typed is lost').toHaveValue(who.first);
  await expect(form.text('Login name')).toHaveValue(who.loginName);
  await form.button('Create user').click();
  await form.waitForUrl(/\/users\/[0-9a-f-]{36}$/);
  await expect(form.heading).toContainText(who.name);
  await tab.close();
});
