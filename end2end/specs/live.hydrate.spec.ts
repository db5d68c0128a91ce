// Hydration, and that the shown, used and sent values of a form are the same. Needs wasm.
import { type BrowserContext, type Page } from '@playwright/test';
import { createRole } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { ready } from '../pages/page.ts';
import { NewUserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

/** The pages with an island form, except those that need a link from a mail. */
const forms = ['/users/new', '/staff/new', '/users/:person/edit', '/users/:person/password', '/profile/password'];

/** Wraps the text of each label, as translators do, and puts an element after each input, as password managers do. */
function disturb(): void {
  for (const label of document.querySelectorAll('leptos-island label, leptos-island legend')) {
    const font = document.createElement('font');
    font.append(...label.childNodes);
    label.append(font);
  }
  for (const input of document.querySelectorAll('leptos-island input')) {
    input.after(document.createElement('span'));
  }
}

/** A page that is not watched: errors in its console are expected, because the script tampers with it. */
async function tamperedWith(context: BrowserContext, script: () => void): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(script);
  return page;
}

/** Disturbed when the whole page is there and its wasm is not. */
async function disturbedOnceParsed(context: BrowserContext): Promise<Page> {
  const page = await tamperedWith(context, () => addEventListener('DOMContentLoaded', () => globalThis.dispatchEvent(new Event('disturb'))));
  await page.addInitScript(`addEventListener('disturb', ${disturb.toString()})`);
  return page;
}

/** Submits the form, and expects a success or an error message. */
async function expectAnswer(page: Page): Promise<void> {
  await page.locator('.review button.main').click();
  await expect(page.locator('.notice.bad, .notice.good, .notice.warn').first()).toBeVisible();
}

for (const form of forms) {
  test(`${form} said it was live after something else had changed it before the wasm came`, async ({ as, freshContext, createUser }) => {
    const context = await freshContext();
    await as(administrator, context);
    const path = form.replace(':person', form.includes(':person') ? (await createUser()).id : '');
    const page = await disturbedOnceParsed(context);
    const warned = page.waitForEvent('console', (message) => message.text().includes('Could not find WASM function'));
    await page.goto(path);
    await warned;
    await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
    await expectAnswer(page);
  });

  test(`${form} stayed dead after a panic`, async ({ as, freshContext, createUser }) => {
    const context = await freshContext();
    await as(administrator, context);
    const path = form.replace(':person', form.includes(':person') ? (await createUser()).id : '');
    // while the page is parsed, before any script of the product runs
    const page = await tamperedWith(context, () => {
      new MutationObserver((_, observer) => {
        const review = document.querySelector('leptos-island .review');
        if (review) {
          observer.disconnect();
          globalThis.dispatchEvent(new Event('disturb'));
        }
      }).observe(document, { childList: true, subtree: true });
    });
    await page.addInitScript(`addEventListener('disturb', ${disturb.toString()})`);
    await page.goto(path);
    await expect(page.locator('html')).toHaveAttribute('data-failed', '');
    await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
    await expectAnswer(page);
  });
}

test('a long name in a translated label pushed the button out of reach', async ({ as, freshContext, adminApi }) => {
  await createRole(adminApi, `${unique()} ${'å'.repeat(180)}`);
  const context = await freshContext();
  await as(administrator, context);
  const page = await disturbedOnceParsed(context);
  await page.goto('/users/new');
  await expect(page.locator('#roles font').first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  await expectAnswer(page);
});

test('a click was lost when the field that lost the focus was wrong', async ({ page, as }) => {
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  const email = form.text('E-mail');
  const boxes = await form.main.locator('#roles label:has(input:enabled), #way_in label, label.check').filter({ visible: true }).all();
  expect(boxes.length).toBeGreaterThan(5);
  for (const box of boxes) {
    await email.fill('anna');
    await email.evaluate((input: HTMLInputElement) => input.blur());
    await email.fill('anna@nowhere.example');
    await expect(form.main.locator('#email-says .says')).toHaveCount(0);
    await email.fill('anna@');
    const input = box.locator('input');
    const before = (await input.getAttribute('type')) === 'radio' ? false : await input.isChecked();
    // with the mouse API: Playwright's click would wait until nothing moves
    const { x, y } = await box.evaluate((label) => {
      label.scrollIntoView({ block: 'center' });
      const { x, y } = label.getBoundingClientRect();
      return { x: x + 12, y: y + 12 };
    });
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    await page.mouse.up();
    await expect(input, 'the click reached its target').toBeChecked({ checked: !before });
    await expect(form.main.locator('#email-says .says'), 'and then the field is told wrong').toBeVisible();
  }
});

test('the meter spoke of an older password than the field held', async ({ page, as }) => {
  await as(administrator);
  await page.goto('/profile/password');
  const field = page.locator('input#new_password');
  const meter = page.getByRole('meter');
  await field.focus();
  for (const [password, bar, told] of [['copper-kettle-79-marble-lantern', '4', []], ['aaaaaaaa', '0', ['change']], ['violet-saddle-31-garden-thimble', '4', ['input']]] as const) {
    await field.evaluate((input: HTMLInputElement, [value, events]) => {
      input.value = value;
      for (const event of events) {
        input.dispatchEvent(new Event(event, { bubbles: true }));
      }
    }, [password, told] as const);
    await expect(meter).toHaveAttribute('data-bar', bar);
  }
});

test('the proposed login name was made of an older name than the field held', async ({ page, as }) => {
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  for (const [label, value] of [['First name', 'Saga'], ['Last name', 'Holm']] as const) {
    await form.text(label).evaluate((input: HTMLInputElement, value) => (input.value = value), value);
  }
  await expect(form.text('Login name')).toHaveValue('saga.holm');
});

test('a half-filled form was lost by a reload, by Back, or by leaving without a word', async ({ page, as, createUser }) => {
  await as(administrator);
  const asked: string[] = [];
  page.on('dialog', (dialog) => asked.push(dialog.type()));
  const form = new NewUserPage(page);
  await form.open();
  await page.goto('/users');
  await form.open();
  expect(asked, 'an empty form is left without a question').toEqual([]);

  await form.text('First name').fill('Saga');
  await form.role('Caseworker').check();
  await form.signInOption('Set a temporary password').check();
  await form.temporaryPassword.fill('copper-kettle-79');
  await page.reload();
  await ready(page);
  expect(asked).toEqual(['beforeunload']);
  const expectRestored = async () => {
    await expect(form.text('First name')).toHaveValue('Saga');
    await expect(form.role('Caseworker')).toBeChecked();
    await expect(form.main.locator('.review')).toContainText('Roles: Caseworker');
    await expect(form.temporaryPassword, 'the field is shown and empty').toBeVisible();
    await expect(form.temporaryPassword).toHaveValue('');
  };
  await expectRestored();

  await form.main.getByRole('link', { name: 'Users', exact: true }).click();
  await expect(page).toHaveURL(/\/users$/);
  expect(asked.length, 'a changed form asks before it is left').toBe(2);
  await page.goBack();
  await ready(page);
  await expectRestored();

  asked.length = 0;
  await form.main.locator('.review').getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/users$/);
  expect(asked, 'Cancel leaves without a question').toEqual([]);

  const who = await createUser();
  await page.goto(`/users/${who.id}/edit`);
  await form.text('Job title').fill('Adviser');
  await form.button('Save changes').click();
  await expect(page).toHaveURL(/\/users\/[0-9a-f-]{36}$/);
  expect(asked, 'saving leaves without a question').toEqual([]);
  await page.goBack();
  await ready(page);
  await expect(form.text('Job title')).toHaveValue('Adviser');
  expect(await page.evaluate(() => history.state), 'what was sent is not kept').toBeNull();
});

test('what one person typed came back to the next', async ({ page, as, createActiveUser }) => {
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  await form.text('First name').fill('Saga');
  await page.reload();
  await ready(page);
  await expect(form.text('First name')).toHaveValue('Saga');
  await page.context().clearCookies();
  await as(await createActiveUser('Organisation administrator'));
  await page.reload();
  await ready(page);
  await expect(form.text('First name')).toHaveValue('');
});
