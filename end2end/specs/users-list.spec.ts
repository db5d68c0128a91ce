// The user list, with the demo data: search, filters, paging, and the state in the address.
import { demo } from '../harness/people.ts';
import { UserListPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test.use({ installation: 'demo' });

test.describe('of one organisation', () => {
  test.beforeEach(async ({ as }) => as(demo.administrator));

  test('a row shows name, status and last activity, and links to the user', { tag: '@island' }, async ({ page }) => {
    const list = new UserListPage(page);
    await list.open('?q=maya.fielding');
    const row = list.row('Maya Fielding');
    await expect(row.getByRole('cell').filter({ hasText: /^maya\.fielding@northfield\.example$/ }), 'the login name, and where the address is').toHaveCount(1);
    await expect(row).toContainText('Caseworker');
    await expect(row.locator('.badge')).toHaveText('Active');
    await expect(row.locator('time').first()).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\d/);
    await expect(row.getByRole('link', { name: 'Remove Maya Fielding' })).toBeVisible();
    await row.locator('summary').click();
    await row.getByRole('link', { name: 'Edit details' }).click();
    await list.waitForUrl(/\/users\/[0-9a-f-]{36}\/edit$/);
    await page.goBack();
    await row.getByRole('link', { name: 'Maya Fielding', exact: true }).click();
    await list.waitForUrl(/\/users\/[0-9a-f-]{36}$/);
    await expect(list.heading).toHaveText('Maya Fielding');
  });

  test('the list says Never for a user who has not signed in', async ({ page }) => {
    const list = new UserListPage(page);
    await list.open('?q=teller');
    await expect(list.row('Teller')).toContainText('Never');
    await expect(list.row('Teller').locator('.badge')).toHaveText('Invited');
  });

  for (const [what, words] of [
    ['the last name first', 'fielding maya'],
    ['capitals', 'MAYA FIELDING'],
    ['accents that are not there', 'måyå fïelding'],
    ['parts of words', 'aya ielding'],
    ['beginnings of two letters', 'ma fi'],
    ['spaces around', '  maya   fielding '],
    ['the e-mail address', 'maya.fielding@northfield.example'],
    ['the login name and a name', 'maya.fielding fielding'],
  ] as const) {
    test(`a user is found by ${what}`, async ({ page }) => {
      const list = new UserListPage(page);
      await list.open(`?q=${encodeURIComponent(words)}`);
      await expect(list.row('Maya Fielding')).toHaveCount(1);
      expect(await list.rows.count(), 'and few others').toBeLessThan(4);
    });
  }

  test('a user is found by characters of another script', async ({ page }) => {
    const list = new UserListPage(page);
    await list.open(`?q=${encodeURIComponent('李')}`);
    await expect(list.rows).toHaveCount(1);
    await list.open(`?q=${encodeURIComponent('حداد')}`);
    await expect(list.rows).toHaveCount(1);
  });

  for (const words of ['%', '_____', '\\', '" or 1=1 --', 'zzzzqqq']) {
    test(`nobody is found by ${words}`, async ({ page }) => {
      const list = new UserListPage(page);
      await list.open();
      await list.search(words);
      await expect(list.main.getByRole('heading', { name: 'No users found' })).toBeVisible();
      await expect(list.rows).toHaveCount(0);
      await expect(list.main.getByRole('searchbox')).toHaveValue(words);
      await list.main.locator('.empty').getByRole('link', { name: 'Show all' }).click();
      await expect(list.rows).toHaveCount(50);
    });
  }

  test('the status filter shows only that status, together with words', async ({ page }) => {
    const list = new UserListPage(page);
    await list.open();
    for (const [status, code] of [['Invited', 'invited'], ['Can’t sign in yet', 'no_way_in'], ['Active', 'active']] as const) {
      await list.select('Status').selectOption({ label: status });
      await list.button('Search').click();
      await expect(page).toHaveURL(new RegExp(`status=${code}`));
      await expect(list.rows.locator('.badge').first()).toHaveText(status);
      const shown = await list.rows.locator('.badge').allInnerTexts();
      expect(new Set(shown)).toEqual(new Set([status]));
      await expect(list.select('Status').locator('option:checked')).toHaveText(status);
    }
    await list.search('fielding', 'Invited');
    await expect(list.main.getByRole('heading', { name: 'No users found' })).toBeVisible();
    await list.search('fielding', 'Active');
    await expect(list.row('Maya Fielding')).toHaveCount(1);
  });

  test('archived people are not in the list', async ({ page }) => {
    const list = new UserListPage(page);
    await list.open();
    const all: string[] = [];
    for (;;) {
      all.push(...(await list.rows.locator('.badge').allInnerTexts()));
      if ((await list.pagerLink('Next').count()) === 0) break;
      const address = page.url();
      await list.pagerLink('Next').click();
      await expect(page).not.toHaveURL(address);
      await expect(list.heading).toBeVisible();
    }
    expect(all.length).toBeGreaterThan(100);
    expect(all).not.toContain('Archived');
  });

  test('the pager goes forward and back, with each user once and in order', async ({ page }) => {
    const list = new UserListPage(page);
    await list.open();
    await expect(list.rows).toHaveCount(50);
    await expect(list.pagerLink('Previous'), 'nothing before the first page').toHaveCount(0);
    await expect(list.pagerLink('First')).toHaveCount(0);
    const total = Number(/(\d+) people/.exec(await list.main.innerText())![1]);
    expect(total).toBeGreaterThan(100);
    const pages = [await list.names()];
    while ((await list.pagerLink('Next').count()) > 0) {
      const first = pages.at(-1)![0]!;
      await list.pagerLink('Next').click();
      await expect(list.rows.locator('th a').first()).not.toHaveText(first);
      pages.push(await list.names());
    }
    const all = pages.flat();
    expect(all.length).toBe(total);
    expect(new Set(all).size).toBe(total);
    const last = (name: string) => name.split(' ').at(-1)!;
    const latin = all.filter((name) => /^[A-Za-z' -]+$/.test(name)).map(last);
    expect(latin).toEqual([...latin].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0)));

    // and back again
    for (const names of [...pages].reverse().slice(1)) {
      await list.pagerLink('Previous').click();
      await expect(list.rows.locator('th a').first()).toHaveText(names[0]!);
      expect(await list.names()).toEqual(names);
    }
    await list.pagerLink('Last').click();
    await expect(list.rows.locator('th a').last()).toHaveText(all.at(-1)!);
    await expect(list.pagerLink('Next')).toHaveCount(0);
    await expect(list.pagerLink('Last')).toHaveCount(0);
    await list.pagerLink('First').click();
    await expect(list.rows.locator('th a').first()).toHaveText(all[0]!);
    expect(await list.names()).toEqual(pages[0]);
  });

  test('the state is in the address: it survives a reload, a copy and the back button', async ({ page, secondPage, as }) => {
    const list = new UserListPage(page);
    await list.open();
    await list.search('northfield', 'Active');
    await expect(list.pagerLink('Next')).toBeVisible();
    const first = await list.names();
    await list.pagerLink('Next').click();
    await expect(list.rows.locator('th a').first()).not.toHaveText(first[0]!);
    const second = await list.names();
    const address = page.url();
    expect(address).toMatch(/q=northfield/);
    expect(address).toMatch(/status=active/);
    await page.reload();
    await expect(list.rows.locator('th a').first()).toHaveText(second[0]!);
    await expect(list.main.getByRole('searchbox')).toHaveValue('northfield');
    await expect(list.select('Status').locator('option:checked')).toHaveText('Active');

    const copy = await secondPage();
    await as(demo.administrator, copy.context());
    await copy.goto(address);
    expect(await new UserListPage(copy).names()).toEqual(second);

    await page.goBack();
    await expect(list.rows.locator('th a').first()).toHaveText(first[0]!);
    await page.goBack();
    await expect(list.main.getByRole('searchbox')).toHaveValue('');
    await page.goForward();
    await expect(list.main.getByRole('searchbox')).toHaveValue('northfield');
  });

  test('an unknown cursor shows the first page', async ({ page }) => {
    const list = new UserListPage(page);
    await list.open();
    const first = await list.names();
    for (const query of ['?after=00000000-0000-7000-8000-000000000000', '?before=nonsense', '?after=%27%22']) {
      await list.open(query);
      expect(await list.names()).toEqual(first);
    }
  });
});

test('accents are ignored both ways in the Swedish organisation', async ({ page, as }) => {
  await as(demo.otherAdministrator);
  await page.goto('/users?q=odegaard');
  const list = new UserListPage(page);
  await expect(list.heading).toHaveText('Användare');
  await expect(list.row('Per Ödegaard')).toHaveCount(1);
  await page.goto('/users?q=ÖDEGAÅRD');
  await expect(list.row('Per Ödegaard')).toHaveCount(1);
});

test('the other organisation’s people are not found', async ({ page, as }) => {
  await as(demo.otherAdministrator);
  await page.goto('/users?q=fielding');
  await expect(new UserListPage(page).rows).toHaveCount(0);
});

test('a viewer sees the list and no way to change anything', async ({ page, as }) => {
  await as(demo.viewer);
  const list = new UserListPage(page);
  await list.open();
  await expect(list.rows).toHaveCount(50);
  await expect(list.main.getByRole('link', { name: /^Edit / })).toHaveCount(0);
  await expect(list.main.getByRole('link', { name: 'Add user' })).toHaveCount(0);
});
