// First run: there are no accounts, and the printed link creates the first organisation. All other tests depend on it.
import { administrator } from '../harness/people.ts';
import { DeadLinkPage, SetUpPage, SignInPage } from '../pages/sign-in.ts';
import { axe, expect, test } from '../fixtures.ts';

const link = process.env.USHER_TEST_SET_UP_LINK ?? '';

test.describe.configure({ mode: 'serial' });

test('without the link nobody can set up', async ({ page, expectStatus }) => {
  expectStatus(410);
  await page.goto('/setup');
  await new DeadLinkPage(page).expectShown();
});

test('without scripting every empty field is reported, and what was typed is kept', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto(link);
  const setUp = new SetUpPage(page);
  await expect(page).toHaveURL(/\/setup$/);
  await setUp.text('First name').fill('Eleanor');
  await setUp.submit();
  await expect(page).toHaveTitle(/^Error: /);
  await expect(setUp.summary.getByRole('link')).toHaveText([/organisation name/i, /last name/i, /login name/i, /password/i]);
  await expect(setUp.text('First name')).toHaveValue('Eleanor');
  await context.close();
});

test('the link creates the organisation and its system administrator, and then expires', async ({ page, expectStatus }) => {
  await page.goto(link);
  const setUp = new SetUpPage(page);
  await setUp.waitForUrl(/\/setup$/);
  await expect(setUp.heading).toHaveText('Set up Usher');
  await axe(page);
  await setUp.fill({ organisation: 'Northfield Care', ...administrator });
  await expect(setUp.main.getByText('Strong', { exact: true })).toBeVisible();
  await setUp.submit();
  await setUp.waitForUrl(/\/sign-in$/);
  await expect(setUp.banner).toContainText('Your organisation is ready');

  const authPage = new SignInPage(page);
  await authPage.signIn(administrator.loginName, administrator.password);
  await authPage.waitForUrl(/\/$/);
  await expect(authPage.heading).toHaveText('Welcome, Eleanor Hartley');
  await expect(page.locator('.nav .org > [dir]')).toHaveText('Northfield Care');

  expectStatus(410);
  await page.context().clearCookies();
  await page.goto(link);
  await new DeadLinkPage(page).expectShown();
});
