// Creating a user by keyboard alone: Tab reaches everything in reading order, and the focus is visible.
import { type Locator, type Page } from '@playwright/test';
import { administrator, person } from '../harness/people.ts';
import { NewUserPage, USER_PAGE, UserListPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

const MAX_TABS = 60;

/** Presses Tab until an element has the focus, and expects that the focus is visible at each step. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let pressed = 0; pressed < MAX_TABS; pressed++) {
    await page.keyboard.press('Tab');
    await expectFocusVisible(page);
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
  }
  throw new Error(`${String(wanted)} is not reached within ${MAX_TABS} steps`);
}

/** WCAG 2.4.7 and 2.4.11: the focused element has a ring, and nothing covers it. */
async function expectFocusVisible(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) {
      return 'nothing has the focus';
    }
    const box = focused.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) {
      return `${focused.outerHTML.slice(0, 120)} has no size`;
    }
    const above = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    const own = focused.closest('label') ?? focused;
    if (!above || !(own.contains(above) || above.contains(focused))) {
      return `${focused.outerHTML.slice(0, 120)} is under ${above?.outerHTML.slice(0, 120) ?? 'the edge'}`;
    }
    const ringed = [focused, own].some((element) => {
      const style = getComputedStyle(element);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    });
    return ringed ? '' : `${focused.outerHTML.slice(0, 120)} has no ring`;
  });
  expect(seen).toBe('');
}

test('from the list to the new user’s page', async ({ page, as }) => {
  const who = person();
  await as(administrator);
  const list = new UserListPage(page);
  await list.open();

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, list.main.getByRole('link', { name: 'Add user' }));
  await page.keyboard.press('Enter');

  const form = new NewUserPage(page);
  await form.waitForUrl(/\/users\/new$/);
  await expect(form.heading).toHaveText('Add user');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to main content' }), 'every page begins at its top').toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, form.text('First name'));
  await page.keyboard.type(who.first);
  await tabTo(page, form.text('Last name'));
  await page.keyboard.type(who.last);
  await tabTo(page, form.text('E-mail'));
  await page.keyboard.type(who.email);
  await tabTo(page, form.main.getByText('Show optional fields'));
  await page.keyboard.press('Enter');
  await tabTo(page, form.text('Job title'));
  await page.keyboard.type('Housing adviser');
  await tabTo(page, form.text('Login name'));
  await expect(form.text('Login name')).toHaveValue(who.loginName);
  await tabTo(page, form.role('Caseworker'));
  await page.keyboard.press('Space');
  await tabTo(page, form.signInOption('Send an invitation'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(form.signInOption('Set a temporary password')).toBeChecked();
  await tabTo(page, form.temporaryPassword);
  await tabTo(page, form.button('Generate password'));
  await page.keyboard.press('Enter');
  await expect(form.main.getByText('Strong', { exact: true })).toBeVisible();
  await tabTo(page, form.button('Create user'));
  await page.keyboard.press('Enter');

  const theirs = new UserPage(page);
  await theirs.waitForUrl(USER_PAGE);
  await expect(theirs.heading).toHaveText(who.name);
  await expect(theirs.detail('Job title')).toHaveText('Housing adviser');
  await expect(theirs.detail('Roles')).toContainText('Caseworker');
});

test('a mistake is corrected from the summary', async ({ page, as }) => {
  await as(administrator);
  const form = new NewUserPage(page);
  await form.open();
  await form.text('First name').focus();
  await page.keyboard.press('Enter');
  const link = form.summary.getByRole('link', { name: 'Enter a last name' });
  await tabTo(page, link);
  await page.keyboard.press('Enter');
  await expect(form.text('Last name')).toBeFocused();
  await expectFocusVisible(page);
  await page.keyboard.type('Berg');
  await expect(form.fieldError('last_name')).toBeEmpty();
});

test('menus open, close with Escape or not at all, and the user signs out', async ({ page, createActiveUser, as }) => {
  const who = await createActiveUser('Caseworker');
  await as(who);
  await page.goto('/');
  const list = new UserListPage(page);
  await tabTo(page, list.userMenu);
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Sign out' }));
  await page.keyboard.press('Enter');
  await list.waitForUrl(/\/sign-in$/);
});
