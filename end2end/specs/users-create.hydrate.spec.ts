// The form of a new user while the user types. Needs wasm.
import { type Page, type Request } from '@playwright/test';
import { PASSWORD, administrator, person } from '../harness/people.ts';
import { NewUserPage, USER_PAGE, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test.beforeEach(async ({ as }) => as(administrator));

const isAvailability = (request: Request) => request.url().endsWith('/login_name_availability');

/** The login names whose availability was requested. */
function asked(page: Page): string[] {
  const names: string[] = [];
  page.on('request', (request) => {
    if (isAvailability(request)) {
      names.push(new URLSearchParams(request.postData() ?? '').get('login_name') ?? '');
    }
  });
  return names;
}

test.describe('the login name', () => {
  test('is proposed from the name until another is typed', async ({ page }) => {
    const form = new NewUserPage(page);
    await form.open();
    const login = form.text('Login name');
    await form.text('First name').pressSequentially('Åsa');
    await form.text('Last name').pressSequentially('Öberg-Ek');
    await expect(login).toHaveValue('asa.oberg-ek');
    await form.text('First name').fill('Ylva');
    await expect(login).toHaveValue('ylva.oberg-ek');
    await login.fill('boss');
    await form.text('First name').fill('Disa');
    await expect(login).toHaveValue('boss');
    await login.fill('');
    await form.text('First name').fill('Saga');
    await expect(login, 'an emptied field gets a proposal again').toHaveValue('saga.oberg-ek');
  });

  test('is reported as available or taken, after a pause and once', async ({ page, createUser }) => {
    const taken = await createUser();
    const names = asked(page);
    const form = new NewUserPage(page);
    await form.open();
    const login = form.text('Login name');
    const free = `${taken.loginName}x`;
    // without a pause between keys, even on a slow machine
    await login.evaluate((input: HTMLInputElement, text) => {
      for (const letter of text) {
        input.value += letter;
        input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
    }, free);
    const field = form.main.locator('.field', { has: page.locator('#login_name') });
    await expect(field.getByText('✓ Available')).toBeVisible();
    expect(names, 'the server is asked once, for the whole name').toEqual([free]);
    await login.press('End');
    await login.press('Backspace');
    await expect(field.getByText('✓ Available'), 'an old answer does not stay').toHaveCount(0);
    await expect(field).toContainText('This login name belongs to someone who is already registered here');
    await expect(field.getByRole('link', { name: 'Open the account' })).toHaveAttribute('href', `/users/${taken.id}`);
  });

  test('an answer that comes late is dropped', async ({ page, createUser }) => {
    const taken = await createUser();
    const form = new NewUserPage(page);
    await form.open();
    let release: () => void = () => {};
    const held = new Promise<void>((done) => (release = done));
    let seen: () => void = () => {};
    const first = new Promise<void>((done) => (seen = done));
    await page.route('**/login_name_availability', async (route) => {
      if (new URLSearchParams(route.request().postData() ?? '').get('login_name') === taken.loginName) {
        seen();
        await held;
      }
      await route.continue();
    });
    const login = form.text('Login name');
    const field = form.main.locator('.field', { has: page.locator('#login_name') });
    await login.fill(taken.loginName);
    await first;
    await login.fill(`${taken.loginName}y`);
    await expect(field.getByText('✓ Available')).toBeVisible();
    const late = page.waitForResponse((response) => isAvailability(response.request()));
    release();
    await late;
    await page.waitForTimeout(300);
    await expect(field.getByText('✓ Available')).toBeVisible();
    await expect(field).not.toContainText('taken');
  });
});

test.describe('the password', () => {
  async function open(page: Page): Promise<NewUserPage> {
    const form = new NewUserPage(page);
    await form.open();
    await form.signInOption('Set a temporary password').check();
    return form;
  }

  test('turns green and Strong exactly when it would be accepted', async ({ page, expectStatus }) => {
    const who = person('Vilma', 'Lindqvist');
    const form = await open(page);
    await form.fill(who);
    const meter = form.main.getByRole('meter', { name: 'Password strength' });
    const met = (tip: string) => form.main.locator('.tips li.met', { hasText: tip });
    const tips = ['At least 15 characters', 'Not a commonly used password', 'Doesn’t contain names from this page', 'Hard to guess'];
    const cases: { typed: string; missing: string[] }[] = [
      { typed: 'kQ7#vz!p', missing: ['At least 15 characters'] },
      { typed: 'passwordpassword', missing: ['Not a commonly used password', 'Hard to guess'] },
      { typed: 'the vilma quartz umbrella 93', missing: ['Doesn’t contain names from this page'] },
      { typed: 'aaaaaaaaaaaaaaaaaaaaaa', missing: ['Hard to guess'] },
    ];
    for (const { typed, missing } of cases) {
      await form.temporaryPassword.fill(typed);
      await expect(form.main.getByText('Not strong yet')).toBeVisible();
      for (const tip of tips) {
        if (missing.includes(tip)) {
          await expect(met(tip), `${typed}: ${tip}`).toHaveCount(0);
        }
      }
      await expect(form.main.getByText('Strong', { exact: true })).toHaveCount(0);
      await expect(meter).not.toHaveAttribute('aria-valuenow', '4');
    }

    // the server refuses the weak password, too
    await form.temporaryPassword.fill('the vilma quartz umbrella 93');
    expectStatus(422);
    await form.submit();
    await expect(form.fieldError('temporary_password')).toHaveText('The password contains a name from this page. Choose another');

    await form.temporaryPassword.fill(PASSWORD);
    await expect(form.main.getByText('Strong', { exact: true })).toBeVisible();
    await expect(meter).toHaveAttribute('aria-valuenow', '4');
    for (const tip of tips) {
      await expect(met(tip)).toHaveCount(1);
    }
    await form.submit();
    await form.waitForUrl(USER_PAGE);
  });

  test('is judged again when a name on the page changes', async ({ page }) => {
    const form = await open(page);
    await form.temporaryPassword.fill('purple tractor whistles at noon');
    await expect(form.main.getByText('Strong', { exact: true })).toBeVisible();
    await form.text('Last name').fill('Tractor');
    await expect(form.main.getByText('Strong', { exact: true })).toHaveCount(0);
    await expect(form.main.getByText('Not strong yet')).toBeVisible();
  });

  test('the estimate is fetched at the first focus, and nothing is sent before submit', async ({ page }) => {
    const fetched: string[] = [];
    const sent: string[] = [];
    page.on('request', (request) => {
      fetched.push(new URL(request.url()).pathname);
      sent.push(`${request.url()} ${request.postData() ?? ''}`);
    });
    const who = person();
    const form = await open(page);
    await form.fill(who);
    await page.waitForLoadState('networkidle');
    const before = fetched.filter((file) => file.endsWith('.wasm'));
    expect(before.length, 'the page’s own wasm').toBe(1);
    await form.temporaryPassword.focus();
    await expect.poll(() => fetched.filter((file) => file.endsWith('.wasm')).length, 'the lazy chunk').toBeGreaterThan(1);
    await form.temporaryPassword.fill(PASSWORD);
    await expect(form.main.getByText('Strong', { exact: true })).toBeVisible();
    const carries = (text: string) => decodeURIComponent(text.replaceAll('+', ' ')).includes(PASSWORD);
    expect(sent.filter(carries)).toEqual([]);
    await form.submit();
    await form.waitForUrl(USER_PAGE);
    expect(sent.filter(carries).length, 'the form itself, once').toBe(1);
  });

  test('is generated, shown, hidden and copied', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const form = await open(page);
    await form.fill(person());
    await form.button('Generate password').click();
    await expect(form.temporaryPassword).toHaveValue(/^([b-z2-9]{4}-){4}[b-z2-9]{4}$/);
    const first = await form.temporaryPassword.inputValue();
    await expect(form.temporaryPassword, 'a generated password is shown').toHaveAttribute('type', 'text');
    await expect(form.main.getByText('Strong', { exact: true })).toBeVisible();
    await form.button('Hide').click();
    await expect(form.temporaryPassword).toHaveAttribute('type', 'password');
    await form.button('Show').click();
    await expect(form.temporaryPassword).toHaveAttribute('type', 'text');
    await form.button('Copy').click();
    await expect(form.button('Copied')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first);
    await form.button('Generate password').click();
    await expect(form.temporaryPassword).not.toHaveValue(first);
    await expect(form.temporaryPassword).toHaveValue(/^([b-z2-9]{4}-){4}[b-z2-9]{4}$/);
    await form.submit();
    await form.waitForUrl(USER_PAGE);
  });

  test('may be pasted, and nothing limits its length', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const form = await open(page);
    await page.evaluate((text) => navigator.clipboard.writeText(text), `  ${PASSWORD}  `);
    await form.temporaryPassword.focus();
    await page.keyboard.press('ControlOrMeta+V');
    await expect(form.temporaryPassword).toHaveValue(`  ${PASSWORD}  `);
    await expect(form.temporaryPassword).not.toHaveAttribute('maxlength');
    await expect(form.temporaryPassword).toHaveAttribute('autocomplete', 'new-password');
  });
});

test.describe('live validation', () => {
  test('punishes late and rewards early', async ({ page }) => {
    const form = new NewUserPage(page);
    await form.open();
    const email = form.text('E-mail');
    await email.pressSequentially('anna@');
    await expect(form.fieldError('email'), 'not while typing').toBeEmpty();
    await email.blur();
    await expect(form.fieldError('email')).toContainText('The e-mail address is not complete');
    await expect(email).toHaveAttribute('aria-invalid', 'true');
    await email.pressSequentially('northfield.exampl');
    await email.press('End');
    await email.pressSequentially('e');
    await expect(form.fieldError('email'), 'gone at the key that mends it').toBeEmpty();
    await expect(email).not.toHaveAttribute('aria-invalid');
    await expect(form.fieldError('first_name'), 'fields that were not left are left alone').toBeEmpty();
  });

  test('does not take the focus, and reports an empty field that was left', async ({ page }) => {
    const form = new NewUserPage(page);
    await form.open();
    await form.text('First name').focus();
    await page.keyboard.press('Tab');
    await expect(form.text('Last name')).toBeFocused();
    await expect(form.fieldError('first_name')).toHaveText('Enter a first name');
    await expect(form.summary).toHaveCount(0);
  });

  test('the summary gets the focus, also a second time', async ({ page }) => {
    const form = new NewUserPage(page);
    await form.open();
    for (let time = 0; time < 2; time++) {
      await form.submit();
      const summary = page.locator('.summary').filter({ has: page.getByRole('heading', { name: 'There is a problem' }) });
      await expect(summary).toBeFocused();
      await expect(summary).toBeInViewport();
      await form.text('First name').focus();
    }
  });

  test('warnings are scrolled into view', async ({ page, createUser, expectStatus }) => {
    const first = await createUser();
    const form = new NewUserPage(page);
    await form.open();
    await form.fill({ first: first.first, last: first.last, email: `two.${first.email}`, loginName: `${first.loginName}2` });
    expectStatus(422);
    await form.submit();
    await expect(form.warnings).toBeVisible();
    await expect(form.warnings).toBeInViewport();
    const focused = page.locator(':focus');
    await expect(focused, 'the focused element has a text').toContainText(/Check before you continue|People here who already have this name/);
  });
});

test('nothing that was typed before the wasm came is lost', async ({ page }) => {
  let release: () => void = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  const form = new NewUserPage(page);
  const opened = page.goto('/users/new');
  await expect(form.heading).toHaveText('Add user');
  await form.text('First name').fill('Tidig');
  await form.text('Last name').fill('Fågel');
  await form.text('E-mail').fill('tidig@northfield.example');
  await form.text('Login name').fill('early.bird');
  await form.role('Viewer').check();
  await form.signInOption('Set a temporary password').check();
  await form.temporaryPassword.fill(PASSWORD);
  release();
  await opened;
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
  await expect(form.text('First name')).toHaveValue('Tidig');
  await expect(form.text('Last name')).toHaveValue('Fågel');
  await expect(form.text('E-mail')).toHaveValue('tidig@northfield.example');
  await expect(form.text('Login name')).toHaveValue('early.bird');
  await expect(form.role('Viewer')).toBeChecked();
  await expect(form.signInOption('Set a temporary password')).toBeChecked();
  await expect(form.temporaryPassword).toHaveValue(PASSWORD);
});

test('the review above the button says what will happen', async ({ page }) => {
  const form = new NewUserPage(page);
  await form.open();
  const review = form.main.locator('.review');
  await expect(review).toContainText('Creates an account in Northfield Care. An invitation is sent by e-mail.');
  await form.role('Caseworker').check();
  await form.signInOption('Add without inviting').check();
  await expect(review).toContainText('Creates an account in Northfield Care. Roles: Caseworker. The person is not notified yet.');
  await form.signInOption('Set a temporary password').check();
  await expect(review).toContainText('You hand over the login name and the temporary password.');
});

test('creating and inviting takes four fields and five interactions from the list', async ({ page }) => {
  const who = person();
  await page.goto('/users');
  const begun = Date.now();
  await page.getByRole('main').getByRole('link', { name: 'Add user' }).click();
  const form = new NewUserPage(page);
  await form.text('First name').fill(who.first);
  await form.text('Last name').fill(who.last);
  await form.text('E-mail').fill(who.email);
  await expect(form.text('Login name')).toHaveValue(who.loginName);
  await form.submit();
  const theirs = new UserPage(page);
  await theirs.waitForUrl(USER_PAGE);
  await expect(theirs.banner).toContainText('An invitation is on its way');
  expect(Date.now() - begun).toBeLessThan(20_000);
});

test('the preview shows the access of the chosen roles before the user is created', async ({ page }) => {
  const form = new NewUserPage(page);
  await form.open();
  const told = form.main.locator('.review [aria-live]');
  await expect(told).toHaveText('Access: own profile only.');
  await form.role('Viewer').check();
  await expect(told).toHaveText(/^Gains \(whole organisation\): View users, View clients.*\. Will be able to see (more than )?\d+ people( and (more than )?\d+ clients?)?\.$/);
  await form.role('Viewer').uncheck();
  await expect(told).toHaveText('Access: own profile only.');
});
