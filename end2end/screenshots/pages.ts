// Every page at 320 and 1280 px, light and dark: target/screenshots/<page>-<width>-<theme>.png
import { fileURLToPath } from 'node:url';
import { type APIRequestContext, type Page } from '@playwright/test';
import { linkOf } from '../harness/mail.ts';
import { assignRole, createList, createRole, post, signIn } from '../harness/forms.ts';
import { TEMPORARY_PASSWORD, demo, unique } from '../harness/people.ts';
import { type Ids, PLACEHOLDER_IDS, NO_IDS, administratorOf, publicPages, signedInPages, themes, widths } from '../harness/routes.ts';
import { expect, test } from '../fixtures.ts';

const folder = fileURLToPath(new URL('../../target/screenshots/', import.meta.url));

test.use({ installation: 'demo' });

async function screenshot(page: Page, name: string): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 320 ? 640 : 800 });
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.evaluate(() => document.fonts.ready);
      // otherwise the header would be in the middle of the screenshot
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: `${folder}${name}-${width}-${theme}.png`, fullPage: true });
    }
  }
}

async function find(request: APIRequestContext, words: string): Promise<string> {
  const html = await (await request.get(`/users?q=${encodeURIComponent(words)}`)).text();
  return /href="\/users\/([0-9a-f-]{36})"/.exec(html)![1]!;
}

/** The id of the first row of a list page. */
async function first(request: APIRequestContext, list: string): Promise<string> {
  const html = await (await request.get(`/${list}`)).text();
  return new RegExp(`href="/${list}/([0-9a-f-]{36})"`).exec(html)![1]!;
}

/** The ids that a path needs. Rows that the demo data lacks are created. */
async function prepareIds(request: APIRequestContext, path: (ids: Ids) => string): Promise<Ids> {
  const needed = path(PLACEHOLDER_IDS);
  const ids: Ids = { ...NO_IDS, person: await find(request, 'maya fielding') };
  if (needed.includes('/own')) {
    const fields = { purpose: 'For who answers the door', 'allows[]': ['view_users:organisation', 'create_users:organisation'] };
    ids.role = await createRole(request, `Reception ${unique()}`, fields);
    await assignRole(request, ids.person, ids.role);
  }
  if (needed.includes('/tenant')) {
    ids.tenant = /href="\/organisations\/([0-9a-f-]{36})" dir="auto">S/.exec(await (await request.get('/organisations')).text())![1]!;
  }
  if (needed.includes('/chief')) {
    ids.chief = administratorOf(await (await request.get(`/organisations/${ids.tenant}`)).text());
  }
  if (needed.startsWith('/offices/office')) {
    ids.office = await first(request, 'offices');
  }
  if (needed.startsWith('/lists/list')) {
    ids.list = await createList(request, `Jour ${unique()}`);
  }
  if (/customers\/customer|contracts\/contract/.test(needed)) {
    ids.customer = await first(request, 'customers');
    ids.contract = /href="\/contracts\/([0-9a-f-]{36})/.exec(await (await request.get(`/customers/${ids.customer}`)).text())?.[1] ?? '';
  }
  if (/[/=](resource|client|referral)($|[/&?])/.test(needed)) {
    ids.resource = await first(request, 'resources');
    ids.referral = await first(request, 'referrals');
    ids.client = /client=([0-9a-f-]{36})/.exec(await (await request.get('/referrals/new')).text())![1]!;
  }
  if (/[/=]dashboard(\/|$)/.test(needed)) {
    ids.dashboard = await first(request, 'dashboards');
  }
  if (needed.startsWith('/teams/team')) {
    ids.team = await first(request, 'teams');
  }
  if (needed.includes('/archived') || needed.includes('/unreachable')) {
    const suffix = [...String(Date.now() % 10_000_000)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    const to = await post(request, '/users/new', 'create_user', { first_name: 'Harriet', last_name: `Wren ${suffix}`, login_name: `harriet.wren-${suffix}`, way_in: 'only_add' });
    ids.unreachable = to.split('/').at(-1)!;
    if (needed.includes('/archived')) {
      await post(request, `${to}/archive`, 'archive_user', { reason: 'Moved to the team in Leeds.' });
      ids.archived = ids.unreachable;
    }
  }
  return ids;
}

for (const { name, path } of publicPages) {
  test(name, async ({ page }) => {
    await page.goto(path(NO_IDS));
    await screenshot(page, name);
  });
}

for (const { name, path, status } of signedInPages) {
  test(name, async ({ page, as, anonymousApi, expectStatus }) => {
    const request = await anonymousApi();
    await signIn(request, demo.administrator);
    await as(demo.administrator);
    if (status) {
      expectStatus(status);
    }
    await page.goto(path(await prepareIds(request, path)));
    await screenshot(page, name);
  });
}

test('users-new-wrong', async ({ page, as }) => {
  await as(demo.administrator);
  await page.goto('/users/new');
  await page.locator('#first_name').fill('Harriet');
  await page.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await screenshot(page, 'users-new-wrong');
});

test('users-new-password', async ({ page, as }) => {
  await as(demo.administrator);
  await page.goto('/users/new');
  await page.locator('#first_name').fill('Åsa');
  await page.locator('#last_name').fill('Öberg-Lind');
  await page.getByRole('checkbox', { name: /^Caseworker/ }).check();
  await page.getByRole('radio', { name: /^Set a temporary password/ }).check();
  await page.getByRole('button', { name: 'Generate password' }).click();
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await screenshot(page, 'users-new-password');
});

// the pictures of the README: one screen each, below 150 kB; docs/ holds copies
test('readme-users, readme-user and readme-users-new', async ({ page, as, anonymousApi }) => {
  const request = await anonymousApi();
  await signIn(request, demo.administrator);
  await as(demo.administrator);
  await page.setViewportSize({ width: 1280, height: 640 });
  const take = async (name: string) => await page.screenshot({ path: `${folder}readme-${name}.png` });
  await page.goto('/users');
  await take('users');
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto(`/users/${await find(request, 'maya fielding')}`);
  await take('user');
  await page.goto('/users/new');
  await page.locator('#first_name').fill('Åsa');
  await page.locator('#last_name').fill('Öberg-Lind');
  await page.getByRole('checkbox', { name: /^Caseworker/ }).check();
  await page.getByRole('radio', { name: /^Set a temporary password/ }).check();
  await page.getByRole('button', { name: 'Generate password' }).click();
  await page.getByText('Strong', { exact: true }).evaluate((strength) => {
    strength.scrollIntoView({ block: 'end' });
    scrollBy(0, 200);
  });
  await take('users-new');
});

test('users-new-warned', async ({ page, as, expectStatus }) => {
  await as(demo.administrator);
  await page.goto('/users/new');
  await page.locator('#first_name').fill('Maya');
  await page.locator('#last_name').fill('Fielding');
  await page.locator('#email').fill('maya.fielding@gmial.com');
  await page.locator('#login_name').fill('mfielding');
  expectStatus(422);
  await page.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByRole('group', { name: 'Check before you continue' })).toBeVisible();
  await screenshot(page, 'users-new-warned');
});

test('role-edit-warned', async ({ page, as, anonymousApi }) => {
  const request = await anonymousApi();
  await signIn(request, demo.administrator);
  await as(demo.administrator);
  const role = await createRole(request, `Reception ${unique()}`, { 'allows[]': ['view_users:organisation'] });
  await assignRole(request, await find(request, 'suharti'), role);
  await page.goto(`/roles/${role}/edit`);
  await page.getByRole('combobox', { name: 'View users', exact: true }).selectOption({ label: 'None' });
  await page.getByRole('combobox', { name: 'Archive users' }).selectOption({ label: 'Whole organisation' });
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('group', { name: 'Check before you continue' })).toBeVisible();
  await screenshot(page, 'role-edit-warned');
});

// the demo organisation has two administrators: Eleanor and Grace
test('user-roles-warned and user-archive-warned', async ({ page, as, anonymousApi }) => {
  const request = await anonymousApi();
  await signIn(request, demo.administrator);
  await as(demo.administrator);
  const grace = await find(request, 'grace okonkwo');
  const warnings = page.getByRole('group', { name: 'Check before you continue' });
  await page.goto(`/users/${grace}/roles`);
  await page.getByRole('button', { name: 'Remove Organisation administrator' }).click();
  await expect(warnings).toContainText('This leaves only one person who can administer the organisation');
  await screenshot(page, 'user-roles-warned');
  await page.goto(`/users/${grace}/archive`);
  await page.locator('#reason').fill('Left for another employer.');
  await page.getByRole('button', { name: 'Archive user' }).click();
  await expect(warnings).toContainText('This leaves only one person who can administer the organisation');
  await expect(page.locator('#reason')).toHaveValue('Left for another employer.');
  await screenshot(page, 'user-archive-warned');
});

test('role-new-wrong', async ({ page, as }) => {
  await as(demo.administrator);
  await page.goto('/roles/new');
  await page.getByRole('checkbox', { name: 'Can manage users with Viewer' }).check();
  await page.getByRole('button', { name: 'Create role' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await screenshot(page, 'role-new-wrong');
});

test('user-edit-conflict', async ({ page, as, anonymousApi, expectStatus }) => {
  const request = await anonymousApi();
  await signIn(request, demo.administrator);
  await as(demo.administrator);
  const id = await find(request, 'ralph tillotson');
  await page.goto(`/users/${id}/edit`);
  const details = { first_name: 'Ralph', last_name: 'Tillotson', email: 'ralph.tillotson@northfield.example', login_name: 'ralph.tillotson' };
  await post(request, `/users/${id}/edit`, 'edit_user', { ...details, phone: '020 7946 0444', job_title: 'Auditor' });
  await page.locator('#phone').fill('020 7946 0555');
  expectStatus(409);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.locator('table.versions')).toBeVisible();
  await screenshot(page, 'user-edit-conflict');
});

test('set-password and a page that must be changed first', async ({ page, anonymousApi, mailTo }) => {
  const request = await anonymousApi();
  await signIn(request, demo.administrator);
  const suffix = [...String(Date.now() % 10_000_000)].map((digit) => 'klmnopqrst'[Number(digit)]).join('');
  const email = `freya.${suffix}@northfield.example`;
  await post(request, '/users/new', 'create_user', { first_name: 'Freya', last_name: `Lund ${suffix}`, email, login_name: `freya.lund-${suffix}`, way_in: 'invitation' });
  await page.goto(linkOf(await mailTo(email, /^Your account/)));
  await screenshot(page, 'set-password');
  await page.context().clearCookies();
  await post(request, '/users/new', 'create_user', { first_name: 'Edgar', last_name: `Lund ${suffix}`, login_name: `edgar.lund-${suffix}`, way_in: 'temporary_password', temporary_password: TEMPORARY_PASSWORD });
  await page.goto('/sign-in');
  await page.locator('#login_name').fill(`edgar.lund-${suffix}`);
  await page.locator('#password').fill(TEMPORARY_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/profile\/password$/);
  await screenshot(page, 'profile-password-first');
});

test('setup', async ({ page }) => {
  await page.goto(process.env.USHER_TEST_SET_UP_LINK!);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set up Usher');
  await screenshot(page, 'setup');
});

test('sign-in-refused', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await screenshot(page, 'sign-in-refused');
});
