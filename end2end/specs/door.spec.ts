// Signing in and out.
import { prepare, signIn } from '../harness/forms.ts';
import { OTHER_PASSWORD, TEMPORARY_PASSWORD, administrator } from '../harness/people.ts';
import { SignInPage } from '../pages/sign-in.ts';
import { AppPage } from '../pages/page.ts';
import { PasswordPage } from '../pages/profile.ts';
import { UserListPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('a user signs in, and out again @core', async ({ page }) => {
  const authPage = new SignInPage(page);
  await authPage.open();
  await authPage.signIn(administrator.loginName, administrator.password);
  await authPage.waitForUrl(/\/$/);
  await expect(authPage.heading).toHaveText(`Welcome, ${administrator.name}`);
  const frame = new AppPage(page);
  await frame.signOut();
  await expect(frame.banner).toContainText('You are signed out');
  await page.goto('/users');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test('case and spaces around the login name do not matter', async ({ page }) => {
  const authPage = new SignInPage(page);
  await authPage.open();
  await authPage.signIn(`  ${administrator.loginName.toUpperCase()} `, administrator.password);
  await authPage.waitForUrl(/\/$/);
});

test('a wrong password and an unknown name have the same message', async ({ page, createUser }) => {
  const known = await createUser({ signInSetup: 'temporary_password' });
  const authPage = new SignInPage(page);
  const refusals: string[] = [];
  for (const [loginName, password] of [
    [known.loginName, 'not the password of anybody'],
    [`nobody.${known.last}`.toLowerCase(), 'not the password of anybody'],
  ] as const) {
    await authPage.open();
    await authPage.signIn(loginName, password);
    await expect(authPage.summary).toContainText('The login name or password is wrong');
    await expect(page).toHaveTitle(/^Error: /);
    await expect(authPage.text('Login name'), 'the name is kept').toHaveValue(loginName);
    await expect(authPage.password('password'), 'the password is not').toHaveValue('');
    refusals.push(await authPage.main.innerText());
  }
  expect(refusals[0]).toBe(refusals[1]);
});

test('a wrong password, an unknown name and an archived person get the same status', async ({ anonymousApi, createUser, adminApi }) => {
  const known = await createUser({ signInSetup: 'temporary_password' });
  const gone = await createUser({ signInSetup: 'temporary_password' });
  const archive = await prepare(adminApi, `/users/${gone.id}/archive`, 'archive_user', { reason: 'Moved away' });
  expect((await archive()).headers()['location']).toBe(`/users/${gone.id}`);
  const answers: unknown[] = [];
  for (const [login_name, password] of [
    [known.loginName, 'wrong wrong wrong'],
    [`nobody.${known.last}`.toLowerCase(), 'wrong wrong wrong'],
    [gone.loginName, TEMPORARY_PASSWORD],
  ] as const) {
    const send = await prepare(await anonymousApi(), '/sign-in', 'sign_in', { login_name, password });
    const answer = await send('application/json');
    answers.push([answer.status(), await answer.text()]);
  }
  expect(answers[0]).toEqual([401, expect.stringContaining('wrong_login')]);
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('empty fields are reported, each with a link', async ({ page }) => {
  const authPage = new SignInPage(page);
  await authPage.open();
  await authPage.button('Sign in').click();
  await expect(authPage.summary.getByRole('link')).toHaveText(['Enter a login name', 'Enter a password']);
  await authPage.summary.getByRole('link', { name: 'Enter a password' }).click();
  await expect(authPage.password('password')).toBeFocused();
});

test('signing in returns to the requested page', async ({ page }) => {
  await page.goto('/users?status=invited');
  const authPage = new SignInPage(page);
  await authPage.waitForUrl(/\/sign-in\?next=/);
  await authPage.signIn(administrator.loginName, administrator.password);
  await authPage.waitForUrl(/\/users\?status=invited$/);
  await expect(authPage.heading).toHaveText('Users');
});

test('the requested page survives a wrong password', async ({ page, createActiveUser }) => {
  const who = await createActiveUser('Caseworker');
  await page.goto('/profile/email');
  const authPage = new SignInPage(page);
  await authPage.waitForUrl(/\/sign-in\?next=/);
  await authPage.signIn(who.loginName, 'not the password of anybody');
  await expect(authPage.summary).toBeVisible();
  await authPage.signIn(who.loginName, who.password);
  await authPage.waitForUrl(/\/profile\/email$/);
});

for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
  test(`a foreign address to return to is ignored: ${next}`, async ({ page, anonymousApi }) => {
    const authPage = new SignInPage(page);
    await authPage.open(`?next=${encodeURIComponent(next)}`);
    await authPage.signIn(administrator.loginName, administrator.password);
    await expect(authPage.heading).toHaveText(`Welcome, ${administrator.name}`);
    expect(new URL(page.url()).pathname).toBe('/');

    // also if the form itself is forged
    const post = await prepare(await anonymousApi(), '/sign-in', 'sign_in', { login_name: administrator.loginName, password: administrator.password, next });
    const answer = await post();
    expect(answer.headers()['location']).toBe('/');
  });
}

test('the sign-in page carries no wasm, and no script file', async ({ page }) => {
  const files: string[] = [];
  page.on('request', (request) => files.push(new URL(request.url()).pathname));
  await new SignInPage(page).open();
  await page.waitForLoadState('networkidle');
  expect(files).toContain('/sign-in');
  expect(files.filter((file) => /\.(wasm|js)$/.test(file))).toEqual([]);
  await expect(page.locator('script[src], script[type=module], link[rel=modulepreload], link[rel=preload]')).toHaveCount(0);
});

test('a user with a temporary password must change it before anything else', { tag: '@island' }, async ({ page, createUser }) => {
  const who = await createUser({ role: 'Caseworker', signInSetup: 'temporary_password' });
  const authPage = new SignInPage(page);
  await authPage.open('?next=/profile');
  await authPage.signIn(who.loginName, TEMPORARY_PASSWORD);
  const change = new PasswordPage(page);
  await change.waitForUrl(/\/profile\/password$/);
  await expect(change.heading).toHaveText('Choose your own password');
  for (const elsewhere of ['/', '/profile', '/profile/email']) {
    await page.goto(elsewhere);
    await expect(page).toHaveURL(/\/profile\/password$/);
  }
  await change.change(TEMPORARY_PASSWORD, OTHER_PASSWORD);
  await change.waitForUrl(/\/profile$/);
  await expect(change.banner).toContainText('Your password was changed');
  await page.goto('/');
  await expect(change.heading).toHaveText(`Welcome, ${who.name}`);
});

test('after signing out the back button shows nothing private', async ({ page, createUser }) => {
  const secret = await createUser();
  const authPage = new SignInPage(page);
  await authPage.open();
  await authPage.signIn(administrator.loginName, administrator.password);
  await authPage.waitForUrl(/\/$/);
  const list = new UserListPage(page);
  await list.open(`?q=${secret.last}`);
  await expect(list.row(secret.name)).toBeVisible();
  await list.signOut();
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByText(secret.name)).toHaveCount(0);
  await expect(page.getByText(administrator.name)).toHaveCount(0);
});

test('a signed-out session is over for anyone who kept its cookie', async ({ anonymousApi }) => {
  const request = await anonymousApi();
  await signIn(request, administrator);
  const { cookies } = await request.storageState();
  const session = cookies.find((cookie) => cookie.name === 'session')!;
  expect(session.httpOnly).toBe(true);
  expect(session.sameSite).toBe('Lax');
  const out = await prepare(request, '/profile', 'sign_out_now', {});
  expect((await out()).headers()['location']).toBe('/sign-in');
  const thief = await anonymousApi();
  const answer = await thief.get('/profile', { headers: { cookie: `session=${session.value}` }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers()['location']).toBe('/sign-in?next=/profile');
});

test('the language can be chosen before signing in', async ({ page }) => {
  const authPage = new SignInPage(page);
  await authPage.open('?next=/profile');
  await page.getByRole('button', { name: 'Svenska' }).click();
  await expect(authPage.heading).toHaveText('Logga in');
  await expect(page.locator('html')).toHaveAttribute('lang', 'sv');
  await expect(page).toHaveURL(/next=/);
});

test('the language follows the browser', async ({ browser, baseURL, javaScriptEnabled }) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled, locale: 'sv-SE' });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Logga in');
  await context.close();
});
