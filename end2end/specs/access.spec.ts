// Authorisation: what each role may view and do, and that other organisations are not found.
import { prepare, signIn } from '../harness/forms.ts';
import { TEMPORARY_PASSWORD, demo } from '../harness/people.ts';
import { AppPage } from '../pages/page.ts';
import { UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('a caseworker sees no Users: not in the menu, and 403 by the address', async ({ page, as, createActiveUser, createUser, expectStatus }) => {
  const somebody = await createUser();
  await as(await createActiveUser('Caseworker'));
  await page.goto('/');
  await expect(page.locator('a[href="/users"], a[href="/users/new"]')).toHaveCount(0);
  await expect(page.locator('header a[href="/clients/new"]').first(), 'a caseworker adds clients').toBeAttached();
  await expect(page.locator('header a[href="/staff/new"]')).toHaveCount(0);
  expectStatus(403);
  for (const path of ['/users', '/users/new', '/organisation', `/users/${somebody.id}/edit`, `/users/${somebody.id}/archive`]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(403);
    await expect(new AppPage(page).main).toContainText('You don’t have permission to do this. Ask an administrator in your organisation.');
    await expect(page.getByText(somebody.last)).toHaveCount(0);
  }
});

test('a viewer sees people and changes nobody', async ({ page, as, createActiveUser, createUser, expectStatus, anonymousApi }) => {
  const somebody = await createUser();
  const viewer = await createActiveUser('Viewer');
  await as(viewer);
  const theirs = new UserPage(page);
  await theirs.open(somebody.id);
  await expect(theirs.heading).toHaveText(somebody.name);
  await expect(theirs.menu()).toHaveCount(0);
  await expect(theirs.activity, 'viewers do not see activity').toHaveCount(0);
  expectStatus(403);
  expect((await page.goto(`/users/${somebody.id}/edit`))?.status()).toBe(403);
  const request = await anonymousApi();
  await signIn(request, viewer);
  const own = await prepare(request, '/profile', 'edit_profile', {});
  expect((await own('application/json')).ok(), 'what is one’s own works').toBe(true);
});

test('an organisation administrator adds another, and cannot edit one', async ({ page, as, createActiveUser, createUser, expectStatus, anonymousApi, adminApi }) => {
  const one = await createActiveUser('Organisation administrator');
  const other = await createUser({ role: 'Organisation administrator' });
  await as(one);
  const theirs = new UserPage(page);
  await theirs.open(other.id);
  await expect(theirs.heading).toHaveText(other.name);
  await expect(theirs.menu(), 'nothing that changes anything').toHaveText(['Troubleshoot access']);
  await page.goto(`/users?q=${other.last}`);
  await expect(page.getByRole('link', { name: other.name, exact: true })).toBeVisible();
  await expect(page.getByRole('group').filter({ has: page.locator(`summary[aria-label="Actions for ${other.name}"]`) })).toHaveCount(0);
  expectStatus(403);
  for (const act of ['edit', 'roles', 'password', 'invite', 'archive']) {
    expect((await page.goto(`/users/${other.id}/${act}`))?.status(), act).toBe(403);
  }

  // a forged post is refused, too: the forms are from another administrator
  const request = await anonymousApi();
  await signIn(request, one);
  const { cookies } = await request.storageState();
  const session = cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  for (const [act, call, fields] of [
    ['edit', 'edit_user', { first_name: 'Mallory', last_name: other.last, login_name: other.loginName }],
    ['archive', 'archive_user', { reason: 'No' }],
    ['password', 'set_temporary_password', { temporary_password: TEMPORARY_PASSWORD }],
    ['invite', 'invite_user', {}],
  ] as const) {
    const html = await (await adminApi.get(`/users/${other.id}/${act}`)).text();
    const action = new RegExp(`action="([^"]*/${call})"`).exec(html)![1]!;
    const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!] as [string, string]);
    const body = new URLSearchParams([...hidden.filter(([name]) => ['organisation', 'user', 'version'].includes(name)), ...Object.entries(fields)]);
    const answer = await (await anonymousApi()).post(action, {
      headers: { cookie: session, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      data: body.toString(),
    });
    expect(answer.status(), call).toBe(403);
  }
  const unchanged = await (await adminApi.get(`/users/${other.id}`)).text();
  expect(unchanged).not.toContain('Mallory');
});

test('a change asked for by another site is refused', async ({ anonymousApi, createActiveUser, adminApi }) => {
  const who = await createActiveUser('Caseworker');
  const request = await anonymousApi();
  await signIn(request, who);
  const html = await (await request.get('/profile')).text();
  const action = /action="([^"]*\/edit_profile)"/.exec(html)![1]!;
  const answer = await request.post(action, {
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    data: 'phone=0201111111',
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(403);
  expect(await (await adminApi.get(`/users/${who.id}`)).text()).not.toContain('0201111111');
});

test('the last administrator cannot be locked out', async ({ adminApi }) => {
  const html = await (await adminApi.get('/users?q=eleanor.hartley')).text();
  const id = /href="\/users\/([0-9a-f-]{36})"/.exec(html)![1]!;
  const send = await prepare(adminApi, `/users/${id}/archive`, 'archive_user', { reason: 'Why not' });
  expect((await send('application/json')).status()).toBe(409);
  expect(await (await send()).headers()['location'], 'and without scripting it is told').toContain('draft=');
});

test.describe('two organisations', () => {
  test.use({ installation: 'demo' });

  test('a user of another organisation looks like a missing one', async ({ page, as, anonymousApi, expectStatus }) => {
    const theirs = await anonymousApi();
    await signIn(theirs, demo.administrator);
    const html = await (await theirs.get('/users?q=maya.fielding')).text();
    const id = /href="\/users\/([0-9a-f-]{36})"/.exec(html)![1]!;
    expect((await theirs.get(`/users/${id}`)).status()).toBe(200);

    await as(demo.otherAdministrator);
    expectStatus(404);
    const random = '01920000-0000-7000-8000-00000000beef';
    for (const rest of ['', '/edit', '/roles', '/password', '/invite', '/archive', '/restore']) {
      const shown: string[] = [];
      for (const each of [id, random]) {
        const response = await page.goto(`/users/${each}${rest}`);
        expect(response?.status(), `${rest} of ${each}`).toBe(404);
        await expect(new AppPage(page).heading).toHaveText('Sidan hittades inte');
        shown.push(await page.getByRole('main').innerText());
      }
      expect(shown[0]).toBe(shown[1]);
    }
    const nonsense = await page.goto('/users/not-an-id');
    expect(nonsense?.status()).toBe(404);
  });

  test('nor can it be changed by a post', async ({ anonymousApi }) => {
    const theirs = await anonymousApi();
    await signIn(theirs, demo.administrator);
    const id = /href="\/users\/([0-9a-f-]{36})"/.exec(await (await theirs.get('/users?q=maya.fielding')).text())![1]!;
    const mine = await anonymousApi();
    await signIn(mine, demo.otherAdministrator);
    const own = /href="\/users\/([0-9a-f-]{36})"/.exec(await (await mine.get('/users?q=per.odegaard')).text())![1]!;
    const send = await prepare(mine, `/users/${own}/archive`, 'archive_user', { user: id, reason: 'Mine now' });
    const answers = [await send('application/json')];
    const missing = await prepare(mine, `/users/${own}/archive`, 'archive_user', { user: '01920000-0000-7000-8000-00000000beef', reason: 'Mine now' });
    answers.push(await missing('application/json'));
    expect(answers.map((answer) => answer.status())).toEqual([404, 404]);
    expect(await answers[0]!.text()).toBe(await answers[1]!.text());
    expect(await (await theirs.get(`/users/${id}`)).text()).not.toContain('Mine now');
  });

  test('a login name taken in another organisation reveals nothing else', { tag: '@island' }, async ({ page, as, expectRefusal }) => {
    await as(demo.otherAdministrator);
    await page.goto('/users/new');
    const form = new AppPage(page);
    await form.main.locator('#first_name').fill('Maya');
    await form.main.locator('#last_name').fill('Fielding');
    await form.main.locator('#email').fill('maya@sodra-omsorg.example');
    await form.main.locator('#login_name').fill('maya.fielding');
    expectRefusal(422);
    await form.button('Skapa användare').click();
    await expect(form.fieldError('login_name')).toContainText('Användarnamnet används i en annan organisation. Välj ett annat');
    await expect(form.fieldError('login_name'), 'free ones are offered').toContainText('maya.fielding2');
    await expect(form.fieldError('login_name').getByRole('link')).toHaveCount(0);
  });
});

test('an unknown address shows the page Page not found', async ({ page, as, createActiveUser, expectStatus }) => {
  await as(await createActiveUser('Caseworker'));
  expectStatus(404);
  const response = await page.goto('/no/such/page');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
  await page.getByRole('link', { name: 'Go to the home page' }).click();
  await expect(page).toHaveURL(/\/$/);
});
