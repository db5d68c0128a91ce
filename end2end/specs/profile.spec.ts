// The profile: what users may change themselves, and what they may not.
import { linkOf } from '../harness/mail.ts';
import { type Fields, prepare, signIn } from '../harness/forms.ts';
import { OTHER_PASSWORD, administrator } from '../harness/people.ts';
import { DeadLinkPage, SignInPage } from '../pages/sign-in.ts';
import { BasePage } from '../pages/page.ts';
import { EmailPage, PasswordPage, ProfilePage } from '../pages/profile.ts';
import { UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('users change their own phone, language and theme', async ({ page, as, createActiveUser }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  const profile = new ProfilePage(page);
  await profile.open();
  await profile.text('Phone').fill('070-174 06 05');
  await profile.select('Theme').selectOption({ label: 'Dark' });
  await profile.save();
  await expect(profile.banner).toContainText('Your profile was saved');
  await expect(profile.text('Phone')).toHaveValue('070-174 06 05');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [red] = ground.match(/[\d.]+/g)!.map(Number);
  expect(ground.startsWith('rgb') ? red! : red! * 255, `the page is dark: ${ground}`).toBeLessThan(80);
  await profile.select('Language').selectOption({ label: 'Svenska' });
  await profile.save();
  await expect(profile.heading).toHaveText('Din profil');
  await expect(page.locator('html')).toHaveAttribute('lang', 'sv');
  await page.reload();
  await expect(profile.heading).toHaveText('Din profil');
  await page.goto('/');
  await expect(profile.heading).toHaveText(`Välkommen, ${who.name}`);
});

test('a wrong phone number is reported and kept', async ({ page, as, createActiveUser }) => {
  await as(await createActiveUser('Caseworker'));
  const profile = new ProfilePage(page);
  await profile.open();
  await profile.text('Phone').fill('ring mig');
  await profile.save();
  await expect(profile.fieldError('phone')).toContainText('Use digits, spaces and + - ( )');
  await expect(profile.text('Phone')).toHaveValue('ring mig');
});

test('language and theme are chosen in the menu, and stay after the next sign-in', async ({ page, secondPage, createActiveUser, as }) => {
  const who = await createActiveUser('Viewer');
  await as(who);
  await page.goto('/profile/email');
  const frame = new ProfilePage(page);
  await frame.userMenu.click();
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page, 'the browser stays on the page').toHaveURL(/\/profile\/email$/);
  await frame.waitForUrl(/\/profile\/email$/);
  await frame.userMenu.click();
  await page.getByRole('group', { name: 'Language' }).getByRole('button', { name: 'Svenska' }).click();
  await expect(frame.heading).toHaveText('Byt e-postadress');
  const elsewhere = await secondPage();
  const authPage = new SignInPage(elsewhere);
  await authPage.open();
  await authPage.signIn(who.loginName, who.password);
  await authPage.waitForUrl(/\/$/);
  await expect(authPage.heading).toHaveText(`Välkommen, ${who.name}`);
  await expect(elsewhere.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('other details are only shown, and a tampered post is refused whole', async ({ page, as, createActiveUser, anonymousApi, adminApi }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  const profile = new ProfilePage(page);
  await profile.open();
  const locked = profile.main.locator('section', { has: page.getByRole('heading', { name: 'Managed by your administrator' }) });
  await expect(locked).toContainText(who.loginName);
  await expect(locked).toContainText('Caseworker');
  await expect(locked).toContainText('Northfield Care');
  await expect(locked.locator('input, select, textarea')).toHaveCount(0);

  const request = await anonymousApi();
  await signIn(request, who);
  const extras: Fields[] = [{ first_name: 'Mallory' }, { login_name: 'root' }, { 'roles[]': ['x'] }, { is_admin: 'true' }, { email: 'mallory@evil.example' }];
  for (const extra of extras) {
    const send = await prepare(request, '/profile', 'edit_profile', { phone: '020 7946 0000', language: '', theme: 'device', ...extra });
    const answer = await send('application/json');
    expect(answer.status(), JSON.stringify(extra)).toBe(422);
  }
  await page.reload();
  await expect(profile.text('Phone'), 'nothing of it was saved').toHaveValue('');
  await expect(profile.main.getByText(who.name).first()).toBeVisible();

  // the refusal is recorded as an event; the details are unchanged
  const details = await (await adminApi.get(`/users/${who.id}`)).text();
  expect(details).not.toContain('Mallory');
});

test('a new e-mail address is confirmed from a mail, and the old one is notified', async ({ page, as, createActiveUser, mailTo }) => {
  const who = await createActiveUser('Caseworker');
  const fresh = `new.${who.email}`;
  await as(who);
  const email = new EmailPage(page);
  await email.open();
  await email.change(fresh, who.password);
  await email.waitForUrl(/\/profile$/);
  await expect(email.banner).toContainText('We have sent an e-mail to the new address');
  await expect(email.main.locator('dt:text-is("E-mail") + dd'), 'the old one is used until then').toContainText(who.email);
  await expect(email.main.locator('dt:text-is("E-mail") + dd')).not.toContainText(fresh);

  const mail = await mailTo(fresh, /^Confirm your e-mail address at Northfield Care$/);
  await page.goto(linkOf(mail));
  const confirm = new BasePage(page);
  await confirm.waitForUrl(/\/confirm-email$/);
  await expect(confirm.main).toContainText(fresh);
  await expect(page.locator('script[src], script[type=module], link[rel=modulepreload]'), 'the page carries no wasm').toHaveCount(0);
  await confirm.button('Confirm e-mail address').click();
  await confirm.waitForUrl(/\/profile$/);
  await expect(confirm.banner).toContainText('Your e-mail address is confirmed');
  await expect(confirm.main.locator('dt:text-is("E-mail") + dd')).toContainText(fresh);
  await expect(confirm.main.locator('dt:text-is("E-mail") + dd')).toContainText('Verified');
  const told = await mailTo(who.email, /^Your e-mail address at Northfield Care was changed$/);
  expect(told.text, 'the notice has no link').not.toContain('/link/');
});

test('a wrong current password changes no address, and what was typed is kept', async ({ page, as, createActiveUser }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  const email = new EmailPage(page);
  await email.open();
  await email.change(`new.${who.email}`, 'not my password at all');
  await expect(email.summary).toContainText('This isn’t your current password');
  await expect(email.text('New e-mail address')).toHaveValue(`new.${who.email}`);
  await expect(email.password('current_password'), 'a draft holds no password').toHaveValue('');
});

test('somebody else’s address is refused', async ({ page, as, createActiveUser }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  const email = new EmailPage(page);
  await email.open();
  await email.change(administrator.email, who.password);
  await expect(email.fieldError('email')).toContainText('Someone here already has this e-mail address');
});

test('changing the password ends the other sessions, and sends a mail', { tag: '@island' }, async ({ page, secondPage, as, anonymousApi, createActiveUser, mailTo }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  const other = await secondPage();
  const authPage = new SignInPage(other);
  await authPage.open();
  await authPage.signIn(who.loginName, who.password);
  await authPage.waitForUrl(/\/$/);

  const password = new PasswordPage(page);
  await password.open();
  await password.change(who.password, OTHER_PASSWORD);
  await password.waitForUrl(/\/profile$/);
  await expect(password.banner).toContainText('Your password was changed, and you were signed out on all other devices');
  await page.reload();
  await expect(page, 'this browser stays signed in').toHaveURL(/\/profile$/);
  await other.goto('/profile');
  await expect(other, 'the other browser is signed out').toHaveURL(/\/sign-in/);
  const mail = await mailTo(who.email, /^Your password at Northfield Care was changed$/, 2);
  expect(mail.text).not.toContain(OTHER_PASSWORD);
  await signIn(await anonymousApi(), { loginName: who.loginName, password: OTHER_PASSWORD });
});

test('the new password is judged, and must be another', { tag: '@island' }, async ({ page, as, createActiveUser, expectRefusal }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  const password = new PasswordPage(page);
  await password.open();
  expectRefusal(422);
  await password.change(who.password, 'short');
  await expect(password.summary).toContainText('The password is too short. Use at least 15 characters');
  await password.change(who.password, who.password);
  await expect(password.summary).toContainText('The new password is the same as the current one. Choose a different one');
});

test('an e-mail link of one person does nothing after a newer one', async ({ page, as, createActiveUser, mailTo, expectStatus }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  const email = new EmailPage(page);
  await email.open();
  await email.change(`one.${who.email}`, who.password);
  await email.waitForUrl(/\/profile$/);
  const first = linkOf(await mailTo(`one.${who.email}`, /^Confirm/));
  await email.open();
  await email.change(`two.${who.email}`, who.password);
  await email.waitForUrl(/\/profile$/);
  expectStatus(410);
  await page.goto(first);
  await new DeadLinkPage(page).expectShown();
});

test('the user’s own page links to the profile, and has no archive', async ({ page, as, adminApi }) => {
  const html = await (await adminApi.get(`/users?q=${administrator.loginName}`)).text();
  const id = /href="\/users\/([0-9a-f-]{36})"/.exec(html)![1]!;
  await as(administrator);
  const own = new UserPage(page);
  await own.open(id);
  const names = await own.menu().allInnerTexts();
  expect(names).toContain('Your profile');
  expect(names).not.toContain('Archive user');
  expect(names).not.toContain('Change password');
});
