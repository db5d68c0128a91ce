// Creating a user: sign-in options, errors, warnings, kept values, idempotency.
import { linkOf } from '../harness/mail.ts';
import { create, prepare } from '../harness/forms.ts';
import { OTHER_PASSWORD, PASSWORD, TEMPORARY_PASSWORD, administrator, identityNumber, person, unique } from '../harness/people.ts';
import { SetPasswordPage, SignInPage } from '../pages/sign-in.ts';
import { PasswordPage } from '../pages/profile.ts';
import { NewUserPage, USER_PAGE, UserListPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test.describe('ways in', () => {
  test('an invitation: the new caseworker sets a password and signs in @core', { tag: '@island' }, async ({ page, secondPage, as, mailTo }) => {
    const who = person('Åsa', 'Öberg-O’Connor');
    who.loginName = `asa.oberg-oconnor${who.last.slice('Öberg-O’Connor'.length)}`;
    who.email = `${who.loginName}@northfield.example`;
    await as(administrator);
    const list = new UserListPage(page);
    await list.open();
    await list.main.getByRole('link', { name: 'Add user' }).click();
    const form = new NewUserPage(page);
    await form.waitForUrl(/\/users\/new$/);
    await form.fill(who);
    await form.role('Caseworker').check();
    await expect(form.role('User')).toBeChecked();
    await expect(form.role('User')).toBeDisabled();
    await expect(form.signInOption('Send an invitation')).toBeChecked();
    await form.submit();

    const theirs = new UserPage(page);
    await theirs.waitForUrl(USER_PAGE);
    await expect(theirs.banner).toContainText(`${who.name} was created`);
    await expect(theirs.banner).toContainText('An invitation is on its way');
    await expect(theirs.banner.getByRole('link'), 'what comes next').toHaveText(['Roles', 'Dashboards']);
    await expect(theirs.heading).toHaveText(who.name);
    await expect(theirs.status).toHaveText('Invited');
    const address = page.url();

    const mail = await mailTo(who.email, /^Your account at Northfield Care$/);
    expect(mail.from).toContain('no-reply@usher.example');
    expect(mail.text).toContain(`Hello ${who.name},`);
    expect(mail.text).toContain(`Your login name: ${who.loginName}`);
    expect(mail.html).toContain(linkOf(mail));
    expect(mail.html).toContain('lang="en"');

    const guest = await secondPage();
    await guest.goto(linkOf(mail));
    const authPage = new SetPasswordPage(guest);
    await authPage.waitForUrl(/\/set-password$/);
    expect(guest.url(), 'the token is not in the address').not.toContain(linkOf(mail).split('/').at(-1)!);
    await expect(authPage.main).toContainText(`This account belongs to ${who.name}.`);
    await expect(authPage.main).toContainText(`You will sign in as ${who.loginName}.`);
    await authPage.setPassword(PASSWORD);
    await authPage.waitForUrl(/\/sign-in$/);
    await expect(authPage.banner).toContainText('Your password is set');
    const signIn = new SignInPage(guest);
    await signIn.signIn(who.loginName, PASSWORD);
    await signIn.waitForUrl(/\/$/);
    await expect(signIn.heading).toHaveText(`Welcome, ${who.name}`);

    await page.goto(address);
    await expect(theirs.status).toHaveText('Active');
    await expect(theirs.banner, 'the next page has no banner').toHaveCount(0);
    await expect(theirs.detail('Roles')).toContainText('Caseworker');
    await expect(theirs.detail('E-mail')).toContainText('Verified');
  });

  test('a weak password is refused at the link, which stays valid', { tag: '@island' }, async ({ page, createUser, mailTo, expectRefusal }) => {
    const who = await createUser({ role: 'Viewer', signInSetup: 'invitation' });
    await page.goto(linkOf(await mailTo(who.email, /^Your account at/)));
    const authPage = new SetPasswordPage(page);
    expectRefusal(422);
    await authPage.setPassword(`${who.last} likes tea and cake`);
    await expect(authPage.summary).toContainText('The password contains a name from this page');
    await expect(page).toHaveTitle(/^Error: /);
    await authPage.setPassword(OTHER_PASSWORD);
    await authPage.waitForUrl(/\/sign-in$/);
  });

  test('the invitation is in the person’s language', { tag: '@island' }, async ({ page, secondPage, as, mailTo }) => {
    const who = person('Örjan');
    who.loginName = who.loginName.replace('örjan', 'orjan');
    who.email = `${who.loginName}@northfield.example`;
    await as(administrator);
    const form = new NewUserPage(page);
    await form.open();
    await form.fill(who);
    await form.openOptional();
    await form.select('Language').selectOption({ label: 'Svenska' });
    await form.submit();
    await form.waitForUrl(USER_PAGE);
    const mail = await mailTo(who.email, /^Ditt konto hos Northfield Care$/);
    expect(mail.text).toContain(`Hej ${who.name}!`);
    expect(mail.html).toContain('lang="sv"');
    const guest = await secondPage();
    await guest.goto(linkOf(mail));
    await expect(guest).toHaveURL(/\/set-password$/);
  });

  test('add without inviting: nobody is notified, and the page says what is missing', { tag: '@island' }, async ({ page, as }) => {
    const who = person();
    await as(administrator);
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ first: who.first, last: who.last, loginName: who.loginName });
    await form.signInOption('Add without inviting').check();
    await form.submit();
    const theirs = new UserPage(page);
    await theirs.waitForUrl(USER_PAGE);
    await expect(theirs.banner).toContainText('The person can’t sign in yet and hasn’t been notified.');
    await expect(theirs.status).toHaveText('Can’t sign in yet');
    await expect(theirs.overview).toContainText('They have neither a password nor an invitation.');
    await expect(theirs.missing).toContainText(['A role apart from User', 'An e-mail address']);
    await expect(theirs.detail('E-mail')).toHaveText('Not provided');
  });

  test('a temporary password: handed over, never mailed', { tag: '@island' }, async ({ page, secondPage, as }) => {
    const who = person();
    await as(administrator);
    const form = new NewUserPage(page);
    await form.open();
    await form.fill(who);
    await form.signInOption('Set a temporary password').check();
    await form.temporaryPassword.fill(TEMPORARY_PASSWORD);
    await form.submit();
    const theirs = new UserPage(page);
    await theirs.waitForUrl(USER_PAGE);
    await expect(theirs.banner).toContainText('Hand over the login name and the temporary password');
    await theirs.banner.getByText('Show the temporary password once more').click();
    await expect(theirs.banner.locator('code')).toHaveText(TEMPORARY_PASSWORD);
    await page.reload();
    await expect(theirs.main, 'the password is shown only once').not.toContainText(TEMPORARY_PASSWORD);
    await expect(theirs.overview).toContainText('Temporary password, valid until');
    const guest = await secondPage();
    const authPage = new SignInPage(guest);
    await authPage.open();
    await authPage.signIn(who.loginName, TEMPORARY_PASSWORD);
    await new PasswordPage(guest).waitForUrl(/\/profile\/password$/);
    const mails = await (await fetch(`${process.env.USHER_TEST_INBOX}?to=${who.email}`)).json();
    expect(mails).toEqual([]);
  });

  test('the way from the organisation’s page has Caseworker chosen', { tag: '@island' }, async ({ page, as }) => {
    await as(administrator);
    await page.goto('/organisation');
    await page.getByRole('link', { name: 'Add a new caseworker' }).click();
    const form = new NewUserPage(page);
    await form.waitForUrl(/\/users\/new\?role=caseworker$/);
    await expect(form.role('Caseworker')).toBeChecked();
    await expect(form.role('Staff')).not.toBeChecked();
  });

  test('the Create menu leads here', { tag: '@island' }, async ({ page, as, isMobile }) => {
    await as(administrator);
    await page.goto('/');
    const form = new NewUserPage(page);
    if (isMobile) {
      await form.navigate('User');
    } else {
      await page.locator('header summary', { hasText: 'Create' }).click();
      await page.getByRole('link', { name: 'User', exact: true }).click();
    }
    await form.waitForUrl(/\/users\/new$/);
    await expect(form.heading).toHaveText('Add user');
  });
});

test.describe('what is wrong', () => {
  test.beforeEach(async ({ as }) => as(administrator));

  test('every empty field is marked and reported with a link', { tag: '@island' }, async ({ page }) => {
    const form = new NewUserPage(page);
    await form.open();
    await form.submit();
    await expect(page).toHaveTitle(/^Error: Add user/);
    await expect(form.heading).toHaveText('Add user');
    const told = {
      first_name: 'Enter a first name',
      last_name: 'Enter a last name, or select “This person has only one name”',
      login_name: 'Enter a login name',
      email: 'Enter an e-mail address to send the invitation to, or choose another way to sign in',
    };
    await expect(form.summary.getByRole('link')).toHaveCount(4);
    for (const [field, text] of Object.entries(told)) {
      const link = form.summary.getByRole('link', { name: text });
      await expect(link).toHaveAttribute('href', `#${field}`);
      await expect(form.fieldError(field), 'the field says the same as the summary').toHaveText(text);
      const input = form.main.locator(`#${field}`);
      await expect(input).toHaveAttribute('aria-invalid', 'true');
      await expect(input).toHaveAccessibleDescription(new RegExp(text.slice(0, 20)));
      await link.click();
      await expect(input).toBeFocused();
    }
  });

  test('each kind of mistake has its own message', { tag: '@island' }, async ({ page }) => {
    const form = new NewUserPage(page);
    await form.open();
    await form.openOptional();
    await form.fill({ first: 'Anna', last: 'Berg', email: 'anna at example.com', loginName: 'åsa' });
    await form.text('Phone').fill('call me');
    await form.text('Identity number').fill('19850709-9806');
    await form.submit();
    await expect(form.fieldError('email')).toHaveText('The e-mail address must contain an @, for example name@example.com');
    await expect(form.fieldError('login_name')).toContainText('The login name can’t contain “å”');
    await expect(form.fieldError('phone')).toContainText('Use digits, spaces and + - ( )');
    await expect(form.fieldError('identity_number')).toContainText('The last digit of the identity number doesn’t match the others');
  });

  test('everything that was typed is kept, but the password', { tag: '@island' }, async ({ page, expectRefusal }) => {
    const other = person();
    const form = new NewUserPage(page);
    await form.open();
    await form.openOptional();
    const typed = {
      'First name': '</textarea><script>alert(1)</script>',
      'Last name': `"O'Connor" & söner <b>`,
      'E-mail': 'somebody@northfield.example',
      Phone: '070-174 06 05',
      'Job title': 'Handläggare & “lead”',
      'Login name': `somebody.${other.last}`.toLowerCase(),
    };
    for (const [label, text] of Object.entries(typed)) {
      await form.text(label).fill(text);
    }
    await form.select('Language').selectOption('sv');
    await form.role('Supervisor').check();
    await form.signInOption('Set a temporary password').check();
    expectRefusal(422);
    await form.temporaryPassword.fill('passwordpassword');
    await form.submit();
    await expect(form.summary).toContainText('This password is commonly used. Choose another');
    for (const [label, text] of Object.entries(typed)) {
      await expect(form.text(label)).toHaveValue(text);
    }
    await expect(form.select('Language')).toHaveValue('sv');
    await expect(form.role('Supervisor')).toBeChecked();
    await expect(form.role('Caseworker')).not.toBeChecked();
    await expect(form.signInOption('Set a temporary password')).toBeChecked();
  });

  test('a taken login name says why, and links to the user who has it', { tag: '@island' }, async ({ page, createUser, expectRefusal }) => {
    const taken = await createUser();
    const who = person();
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ ...who, first: taken.first, last: taken.last, loginName: taken.loginName.toUpperCase() });
    expectRefusal(422);
    await form.submit();
    // errors are shown before warnings, here about the existing name
    await expect(form.summary).toContainText('This login name belongs to someone who is already registered here');
    await form.fieldError('login_name').getByRole('link', { name: 'Open the account' }).click();
    await form.waitForUrl(new RegExp(`/users/${taken.id}$`));
  });

  test('a taken e-mail address is reported', { tag: '@island' }, async ({ page, createUser, expectRefusal }) => {
    const taken = await createUser();
    const who = person();
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ ...who, email: taken.email.toUpperCase() });
    expectRefusal(422);
    await form.submit();
    await expect(form.fieldError('email')).toContainText('Someone who is already registered here has this e-mail address');
    await expect(form.fieldError('email').getByRole('link', { name: 'Open the account' })).toHaveAttribute('href', `/users/${taken.id}`);
  });

  test('a login name in the user bank leads to restoring', { tag: '@island' }, async ({ page, createUser, adminApi, expectRefusal }) => {
    const gone = await createUser();
    await (await prepare(adminApi, `/users/${gone.id}/archive`, 'archive_user', { reason: 'Left' }))();
    const who = person(gone.first, gone.last);
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ ...who, last: gone.last, loginName: gone.loginName });
    expectRefusal(422);
    await form.submit();
    await expect(form.fieldError('login_name')).toContainText('in your user bank');
    await expect(form.fieldError('login_name').getByRole('link', { name: 'Restore user' })).toHaveAttribute('href', `/users/${gone.id}`);
  });
});

test.describe('warnings', () => {
  test.beforeEach(async ({ as }) => as(administrator));

  test('a user with the same name gives a warning that a reason overrides', { tag: '@island' }, async ({ page, createUser, expectRefusal }) => {
    const first = await createUser();
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ first: first.first.toUpperCase(), last: ` ${first.last} `, email: `second.${first.email}`, loginName: `${first.loginName}2` });
    expectRefusal(422);
    await form.submit();
    await expect(form.warnings).toContainText('People here who already have this name: 1');
    await expect(form.warnings.getByRole('link', { name: 'Open the account' })).toHaveAttribute('href', `/users/${first.id}`);

    // both the check box and the reason are required
    await form.warnings.getByRole('textbox').fill('Two sisters-in-law </textarea><script>alert(1)</script>');
    await form.submit();
    await expect(form.warnings).toBeVisible();
    await expect(page).toHaveURL(/\/users\/new/);
    await form.warnings.getByRole('textbox').fill('');
    await form.warnings.getByRole('checkbox').check();
    await form.submit();
    await expect(form.summary).toContainText('Enter a reason');

    await form.overrideWarnings('Two sisters-in-law </textarea><script>alert(1)</script>');
    await form.submit();
    const theirs = new UserPage(page);
    await theirs.waitForUrl(USER_PAGE);
    await expect(theirs.activity.last(), 'the audit keeps the reason').toContainText('Two sisters-in-law </textarea><script>alert(1)</script>');
  });

  test('a login name in another format and a likely typing error give warnings together', { tag: '@island' }, async ({ page, expectRefusal }) => {
    const who = person();
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ ...who, email: `${who.loginName}@gmial.com`, loginName: `x-${who.loginName.replace('.', '')}` });
    expectRefusal(422);
    await form.submit();
    await expect(form.warnings).toContainText(`Suggested: ${who.loginName}`);
    await expect(form.warnings).toContainText(`Did you mean ${who.loginName}@gmail.com?`);
    await expect(form.warnings.getByRole('listitem')).toHaveCount(2);

    // fixed values cause no warnings any more
    await form.fill({ loginName: who.loginName, email: who.email });
    await form.submit();
    await form.waitForUrl(USER_PAGE);
  });
});

test.describe('once', () => {
  test.beforeEach(async ({ as }) => as(administrator));

  test('a double click creates one user', { tag: '@island' }, async ({ page, mailTo }) => {
    const who = person();
    const form = new NewUserPage(page);
    await form.open();
    await form.fill(who);
    await form.button('Create user').dblclick();
    await form.waitForUrl(USER_PAGE);
    const list = new UserListPage(page);
    await list.open(`?q=${who.last}`);
    await expect(list.rows).toHaveCount(1);
    await mailTo(who.email, /^Your account/);
    await page.waitForTimeout(2_500);
    await mailTo(who.email, /^Your account/);
  });

  test('a replayed post creates one user', { tag: '@island' }, async ({ adminApi }) => {
    const who = person();
    const send = await prepare(adminApi, '/users/new', 'create_user', {
      first_name: who.first,
      last_name: who.last,
      login_name: who.loginName,
      way_in: 'only_add',
    });
    const answers = await Promise.all([send(), send(), send()]);
    const again = await send();
    const addresses = [...answers, again].map((answer) => answer.headers()['location']);
    expect(addresses[0]).toMatch(/^\/users\/[0-9a-f-]{36}$/);
    expect(new Set(addresses).size, addresses.join(' ')).toBe(1);
  });
});

test.describe('names as they are', () => {
  const word = unique();
  const arabic = (text: string) => [...text].map((letter) => 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي'[letter.charCodeAt(0) - 97]).join('');
  const chinese = (text: string) => [...text].map((letter) => String.fromCodePoint(0x4e00 + letter.charCodeAt(0) * 20)).join('');
  const names: { what: string; first: string; last: string; loginName: string }[] = [
    { what: 'Å, Ö, hyphen and apostrophe', first: 'Åsa', last: `Öberg-O'Connor${word}`, loginName: `asa.oberg-oconnor${word}` },
    { what: 'Chinese, one name', first: `李小龙${chinese(word)}`, last: '', loginName: `li${word}` },
    { what: '200 characters', first: `${word}${'a'.repeat(200 - word.length)}`, last: 'Ek', loginName: `${word}${'a'.repeat(200 - word.length)}.ek` },
    { what: 'right to left', first: 'يوسف', last: `الحداد${arabic(word)}`, loginName: `yousef.haddad${word}` },
    { what: 'markup', first: '</textarea><script>alert(1)</script>', last: `Berg${word}`, loginName: `textareascriptalert1-script.berg${word}` },
    { what: 'emoji', first: '🦊👩‍🦰', last: `Rev${word}`, loginName: `fox.rev${word}` },
  ];
  for (const { what, first, last, loginName } of names) {
    test(what, { tag: '@island' }, async ({ page, as }) => {
      // unique endings, because the next project uses the same names
      const suffix = unique();
      const mine = { first: last ? first : `${first}${chinese(suffix)}`, last: last && what !== '200 characters' ? `${last}${what === 'right to left' ? arabic(suffix) : suffix}` : last };
      const login = `${loginName}${suffix}`;
      if (what === '200 characters') {
        mine.first = `${suffix}${'a'.repeat(200 - suffix.length)}`;
      }
      await as(administrator);
      const form = new NewUserPage(page);
      await form.open();
      await form.fill({ ...mine, loginName: what === '200 characters' ? `${mine.first}.ek` : login });
      if (!mine.last) {
        await form.main.getByRole('checkbox', { name: 'This person has only one name' }).check();
      }
      await form.signInOption('Add without inviting').check();
      await form.submit();
      const theirs = new UserPage(page);
      await theirs.waitForUrl(USER_PAGE);
      const name = `${mine.first} ${mine.last}`.trim();
      await expect(theirs.heading).toHaveText(name);
      await expect(page).toHaveTitle(`${name} · Usher`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, 'a long name wraps, and the page does not scroll sideways').toBeLessThanOrEqual(0);
      const list = new UserListPage(page);
      await list.open(`?q=${encodeURIComponent(mine.last || mine.first)}`);
      await expect(list.row(name)).toHaveCount(1);
    });
  }

  test('201 characters are too many, and a name of spaces counts as missing', { tag: '@island' }, async ({ page, as }) => {
    await as(administrator);
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ first: 'a'.repeat(201), last: '   ', loginName: 'ab' });
    await form.submit();
    await expect(form.fieldError('first_name')).toHaveText('The first name must be 200 characters or fewer');
    await expect(form.fieldError('last_name')).toContainText('Enter a last name');
    await expect(form.fieldError('login_name')).toHaveText('The login name must be at least 3 characters');
    await expect(form.text('First name')).toHaveValue('a'.repeat(201));
  });

  test('line breaks and NUL in a name are refused, not cut', async ({ adminApi }) => {
    for (const evil of ['Anna\r\nBcc: all@example.com', 'Anna\u0000', 'Anna\u202Egnp']) {
      const who = person();
      const send = await prepare(adminApi, '/users/new', 'create_user', { first_name: evil, last_name: who.last, login_name: who.loginName, way_in: 'only_add' });
      const answer = await send('application/json');
      expect(answer.status(), JSON.stringify(evil)).toBe(422);
      expect(await answer.text()).toContain('control');
    }
  });
});

test('optional fields are kept, and the identity number is shown masked', { tag: '@island' }, async ({ page, as, expectRefusal, adminApi }) => {
  const who = person();
  const number = identityNumber();
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  await form.fill(who);
  await form.openOptional();
  await form.text('Phone').fill(' +46 (0)70 174 06 05 ');
  await form.text('Job title').fill('Handläggare');
  await form.text('Identity number').fill(number.replace('-', ' '));
  await form.submit();
  const theirs = new UserPage(page);
  await theirs.waitForUrl(USER_PAGE);
  await expect(theirs.detail('Phone')).toHaveText('+46 (0)70 174 06 05');
  await expect(theirs.detail('Job title')).toHaveText('Handläggare');
  await expect(theirs.detail('Identity number')).toHaveText(`${number.slice(0, 8)}-••••`);
  const html = await (await adminApi.get(new URL(page.url()).pathname)).text();
  expect(html, 'the last digits are nowhere in the page').not.toContain(number.slice(-4) + '"');
  expect(html.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '')).not.toContain(number.replace('-', ''));

  // the identity number is unique
  const second = person();
  await form.open();
  await form.fill(second);
  await form.openOptional();
  await form.text('Identity number').fill(number);
  expectRefusal(422);
  await form.submit();
  await expect(form.fieldError('identity_number')).toHaveText('Someone here already has this identity number. Check the number');
});

test('a form made by hand is refused whole', { tag: '@island' }, async ({ adminApi, createActiveUser, anonymousApi }) => {
  const who = person();
  const fields = { first_name: who.first, last_name: who.last, login_name: who.loginName, way_in: 'only_add' };
  const extra = await prepare(adminApi, '/users/new', 'create_user', { ...fields, is_admin: 'yes' });
  expect((await extra('application/json')).status()).toBe(422);

  // an organisation administrator tries to create a System administrator
  const leader = await createActiveUser('Organisation administrator');
  const theirs = await anonymousApi();
  await prepare(theirs, '/sign-in', 'sign_in', { login_name: leader.loginName, password: leader.password }).then((send) => send());
  const page = await (await adminApi.get('/users/new')).text();
  const system = /name="roles\[\]"[^>]*value="([^"]+)"(?:(?!name="roles)[\s\S])*?System administrator/.exec(page)![1]!;
  const climb = await prepare(theirs, '/users/new', 'create_user', { ...fields, 'roles[]': [system] });
  expect((await climb('application/json')).status()).toBe(403);

  // no user was created: the login name is free
  expect(await create(adminApi, who)).toMatch(/^[0-9a-f-]{36}$/);
});
