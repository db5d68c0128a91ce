// Checks of every page, in both languages, light and dark, on a narrow phone and a desktop: axe finds nothing, the HTML is valid,
// nothing scrolls sideways, there is a title and one heading.
import { readFileSync } from 'node:fs';
import { type APIRequestContext, type Page, type Response } from '@playwright/test';
import { HtmlValidate } from 'html-validate';
import { linkOf } from '../harness/mail.ts';
import { type UserOptions, assignRole, createClient, createContract, createCustomer, createDashboard, createList, createOffice, createOrganisation, createReferral, createResource, createRole, createTeam, post, prepare } from '../harness/forms.ts';
import { TEMPORARY_PASSWORD, person, unique } from '../harness/people.ts';
import { type Ids, NO_IDS, type Route, administratorOf, publicPages, signedInPages, themes, widths } from '../harness/routes.ts';
import { SetPasswordPage, SignInPage } from '../pages/sign-in.ts';
import { EditUserPage, NewUserPage } from '../pages/users.ts';
import { type TestUser, axe, expect, test } from '../fixtures.ts';

const languages = ['en', 'sv'] as const;
type LanguageCode = (typeof languages)[number];

/** The combinations in which axe runs, which takes a third of a second: each language, width and theme once. */
const looks = { en: { width: 1280, theme: 'light' }, sv: { width: 320, theme: 'dark' } } as const;

/** The addresses of the icons in the sprite. */
const sprite = readFileSync(new URL('../../public/icons.svg', import.meta.url), 'utf8');
const icons = [...sprite.matchAll(/<symbol id="([^"]+)"/g)].map(([, id]) => `/icons.svg#${id}`);

/** Checks the current page at every width and in both themes. */
async function expectPageRules(page: Page, language: LanguageCode): Promise<void> {
  // one call, because each call takes as long as all together
  const shown = await page.evaluate((icons) => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent ?? ''),
    mains: document.querySelectorAll('main').length,
    islands: document.querySelectorAll('leptos-island:not(:has(> #palette))').length,
    scripts: document.querySelectorAll('script[type=module]').length,
    missingIcons: [...document.querySelectorAll('use')].map((use) => use.getAttribute('href')!).filter((icon) => !icons.includes(icon)),
  }), icons);
  expect(shown).toEqual({
    lang: language,
    title: expect.stringMatching(/\S.* · Usher$/),
    headings: [expect.stringMatching(/\S/)],
    mains: 1,
    islands: expect.any(Number),
    // only pages with an island load wasm; the palette loads it when it opens
    scripts: shown.islands > 0 ? 1 : 0,
    missingIcons: [],
  });
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await test.step(`${width} px, ${theme}`, async () => {
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(beyond, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
        if (width === looks[language].width && theme === looks[language].theme) {
          await axe(page);
        }
      });
    }
  }
}

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard'],
  // the navigation comes before the page's h1, and its groups have headings
  rules: { 'heading-level': ['error', { minInitialRank: 'h2' }] },
});

/** Checks the page's HTML, without what Leptos itself writes against the standard: its markers, and a nonce in `crossorigin`. */
async function expectValidHtml(response: Response): Promise<void> {
  const html = (await response.text()).replaceAll('<!>', '').replace(/ crossorigin="[^"]*"/g, ' crossorigin');
  const report = await validator.validateString(html);
  const found = report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${message} (${ruleId})`));
  expect(found, `${response.url()} is valid HTML`).toEqual([]);
}

/** The ids of the rows that the pages show. They are created once per worker, and no test changes them. */
const shared: Partial<Ids> = {};

/** Users with a dashboard, by language, for this worker. */
const withDashboard = new Map<LanguageCode, TestUser>();

interface Makers {
  createUser: (options?: UserOptions) => Promise<TestUser>;
  adminApi: APIRequestContext;
}

async function createRow(name: keyof Ids, { createUser, adminApi }: Makers): Promise<string> {
  const id = (other: keyof Ids) => idOf(other, { createUser, adminApi });
  switch (name) {
    case 'person':
      return (await createUser({ role: 'Caseworker', signInSetup: 'temporary_password', fields: { phone: '020 7946 0123', job_title: 'Housing adviser', identity_number: '' } })).id;
    case 'archived': {
      const who = await createUser({ role: 'Viewer' });
      await post(adminApi, `/users/${who.id}/archive`, 'archive_user', { reason: 'Left for another employer.' });
      return who.id;
    }
    case 'unreachable':
      return (await createUser({ fields: { email: '' } })).id;
    case 'office':
      return await createOffice(adminApi, unique());
    case 'team': {
      const team = await createTeam(adminApi, unique());
      await createUser({ fields: { 'teams[]': [team] } });
      return team;
    }
    case 'list':
      return await createList(adminApi, unique());
    case 'customer': {
      const customer = await createCustomer(adminApi, unique());
      shared.contract = await createContract(adminApi, customer, 'Home care', 'Days');
      await createUser({ fields: { 'customers[]': [customer], config: shared.contract } });
      return customer;
    }
    case 'contract':
      await id('customer');
      return shared.contract!;
    case 'dashboard':
      return await createDashboard(adminApi, unique());
    case 'role': {
      const role = await createRole(adminApi, `Intake ${unique()}`);
      await assignRole(adminApi, (await createUser()).id, role);
      return role;
    }
    case 'client':
      return await createClient(adminApi, { first_name: 'Elsa', last_name: unique(), team: await id('team'), responsible: (await createUser({ role: 'Caseworker', signInSetup: 'temporary_password' })).id });
    case 'resource':
      return await createResource(adminApi, unique(), { description: 'Crafts and company', capacity: '1', contact: '020 7946 0151' });
    case 'referral':
      return await createReferral(adminApi, await id('client'), `resource=${await id('resource')}`);
    case 'tenant':
      return await createOrganisation(adminApi, `Omsorg ${unique()}`, person());
    case 'chief':
      return administratorOf(await (await adminApi.get(`/organisations/${await id('tenant')}`)).text());
  }
}

async function idOf(name: keyof Ids, makers: Makers): Promise<string> {
  return (shared[name] ??= await createRow(name, makers));
}

/** The ids that a path contains. */
function needed(path: Route['path']): (keyof Ids)[] {
  const names: (keyof Ids)[] = [];
  path(new Proxy(NO_IDS, { get: (_, name) => names.push(name as keyof Ids) }));
  return names;
}

for (const language of languages) {
  test.describe(`in ${language}`, () => {
    for (const { name, path, status } of signedInPages) {
      test(name, async ({ page, as, createUser, createActiveUser, reader, adminApi, expectStatus }) => {
        const ids: Ids = { ...NO_IDS };
        for (const one of needed(path)) {
          ids[one] = await idOf(one, { createUser, adminApi });
        }
        let me = await reader(language);
        if (ids.dashboard) {
          me = withDashboard.get(language) ?? (await createActiveUser('System administrator', { language }));
          withDashboard.set(language, me);
          await post(adminApi, `/users/${me.id}/dashboards`, 'assign_dashboards', { 'dashboards[]': [ids.dashboard] });
        }
        await as(me);
        if (status) {
          expectStatus(status);
        }
        const response = await page.goto(path(ids));
        expect(response?.status()).toBe(status ?? 200);
        await expectValidHtml(response!);
        await expectPageRules(page, language);
      });
    }

    test('the menus, opened', async ({ page, as, reader }) => {
      await as(await reader(language));
      await page.goto('/profile');
      await page.locator('header summary[aria-label]').click();
      await page.locator('nav details').evaluateAll((groups) => groups.forEach((group) => group.setAttribute('open', '')));
      await expectPageRules(page, language);
      await page.setViewportSize({ width: 320, height: 800 });
      await page.locator('header details.menu > summary').click();
      await axe(page);
    });

    test('users-new with everything wrong, and opened', async ({ page, as, reader }) => {
      await as(await reader(language));
      await page.goto('/users/new');
      await page.getByText(/^(Show optional fields|Visa frivilliga fält)$/).click();
      await page.locator('input[value=temporary_password]').check();
      await page.locator('.review button').click();
      await expect(page).toHaveTitle(/^(Error|Fel): /);
      await expect(page.getByRole('alert')).toBeVisible();
      await expectPageRules(page, language);
    });

    test('users-new with warnings', async ({ page, as, createUser, reader, expectRefusal }) => {
      const known = await createUser();
      await as(await reader(language));
      await page.goto('/users/new');
      await page.locator('#first_name').fill(known.first);
      await page.locator('#last_name').fill(known.last);
      await page.locator('#email').fill(`${known.last}@gmial.com`.toLowerCase());
      await page.locator('#login_name').fill(`${known.loginName.replace('.', '-')}2`);
      expectRefusal(422);
      await page.locator('.review button').click();
      await expect(page.locator('.notice.warn li')).toHaveCount(3);
      await expectPageRules(page, language);
    });

    test('edit with a conflict', async ({ page, as, createUser, adminApi, reader, expectRefusal }) => {
      const who = await createUser();
      await as(await reader(language));
      await page.goto(`/users/${who.id}/edit`);
      await post(adminApi, `/users/${who.id}/edit`, 'edit_user', { first_name: 'Vilhelmina', last_name: who.last, email: who.email, login_name: who.loginName, override_warnings: 'on', reason: 'Asked' });
      await page.locator('#job_title').fill('Team lead');
      expectRefusal(409);
      await page.locator('.review button').click();
      await expect(new EditUserPage(page).main.locator('table.versions')).toBeVisible();
      await expectPageRules(page, language);
    });

    test('home and staff-new, for staff', async ({ page, as, adminApi, createActiveUser }) => {
      await as(await createActiveUser('Staff', { language, fields: { office: await createOffice(adminApi, unique()) } }));
      await page.goto('/');
      await expectPageRules(page, language);
      await page.goto('/staff/new');
      await page.locator('.review button').click();
      await expect(page).toHaveTitle(/^(Error|Fel): /);
      await expectPageRules(page, language);
    });

    test('staff-new, for staff without an office', async ({ page, as, adminApi, createActiveUser, expectStatus }) => {
      await createOffice(adminApi, unique());
      const group = await createRole(adminApi, `Starters ${unique()}`, { 'allows[]': ['create_users:office'] });
      const who = await createActiveUser('Caseworker', { language });
      await assignRole(adminApi, who.id, group);
      await as(who);
      expectStatus(403);
      await page.goto('/staff/new');
      await expectPageRules(page, language);
    });

    test('a page one may not see', async ({ page, as, createActiveUser, expectStatus }) => {
      await as(await createActiveUser('Caseworker', { language }));
      expectStatus(403);
      await page.goto('/users');
      await expectPageRules(page, language);
    });

    test('a temporary password that must be changed', async ({ page, createUser }) => {
      const who = await createUser({ language, signInSetup: 'temporary_password' });
      await page.goto('/sign-in');
      await new SignInPage(page).signIn(who.loginName, TEMPORARY_PASSWORD);
      await expect(page).toHaveURL(/\/profile\/password$/);
      await expectPageRules(page, language);
    });
  });

  test.describe(`at the door in ${language}`, () => {
    test.use({ locale: language === 'sv' ? 'sv-SE' : 'en-GB' });

    for (const { name, path } of publicPages) {
      test(name, async ({ page }) => {
        await expectValidHtml((await page.goto(path(NO_IDS)))!);
        await expectPageRules(page, language);
      });
    }

    test('sign-in, refused', async ({ page, createUser }) => {
      const who = await createUser();
      await page.goto('/sign-in');
      await page.locator('#login_name').fill(who.loginName);
      await page.locator('#password').fill('not the password of anybody');
      await page.locator('.card button').last().click();
      await expect(page.getByRole('alert')).toBeVisible();
      await expectPageRules(page, language);
    });

    test('set-password', async ({ page, createUser, mailTo }) => {
      const who = await createUser({ role: 'Caseworker', signInSetup: 'invitation' });
      await page.goto(linkOf(await mailTo(who.email, /^Your account/)));
      await expect(new SetPasswordPage(page).password('new_password')).toBeVisible();
      await expectPageRules(page, language);
    });

    test('confirm-email', async ({ page, createActiveUser, anonymousApi, mailTo }) => {
      const who = await createActiveUser('Caseworker');
      const request = await anonymousApi();
      await post(request, '/sign-in', 'sign_in', { login_name: who.loginName, password: who.password });
      const ask = await prepare(request, '/profile/email', 'change_email', { email: `new.${who.email}`, current_password: who.password });
      expect((await ask()).headers()['location']).toBe('/profile');
      await page.goto(linkOf(await mailTo(`new.${who.email}`, /^Confirm/)));
      await expect(page.getByRole('main')).toContainText(`new.${who.email}`);
      await expectPageRules(page, language);
    });

    test('not-found', async ({ page }) => {
      await page.goto('/no/such/page');
      await expectPageRules(page, language);
    });
  });
}

test('text may be twice as large at 1280 px, and nothing scrolls sideways', async ({ page, as, reader, createUser }) => {
  const who = await createUser({ role: 'Caseworker' });
  await as(await reader('en'));
  for (const path of ['/', '/users', '/users/new', `/users/${who.id}`, `/users/${who.id}/edit`, '/profile']) {
    await page.goto(path);
    // 400 % zoom at 1280 px equals 320 px, which is tested above; this is text size alone
    const beyond = await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
      return document.documentElement.scrollWidth - document.documentElement.clientWidth;
    });
    expect(beyond, path).toBeLessThanOrEqual(0);
  }
});

test('every page at the door and inside has the security headers', async ({ anonymousApi, createActiveUser }) => {
  const who = await createActiveUser('System administrator');
  const request = await anonymousApi();
  for (const { path } of publicPages) {
    await hasHeaders(path(NO_IDS));
  }
  await post(request, '/sign-in', 'sign_in', { login_name: who.loginName, password: who.password });
  for (const path of ['/', '/users', '/users/new', '/profile']) {
    await hasHeaders(path);
  }

  async function hasHeaders(path: string): Promise<void> {
    const answer = await request.get(path);
    const headers = answer.headers();
    const policy = headers['content-security-policy'] ?? '';
    expect(policy, path).toMatch(/script-src 'nonce-[^']+' 'strict-dynamic' 'wasm-unsafe-eval'/);
    expect(policy, path).not.toContain('unsafe-inline');
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(headers['cache-control'], path).toContain('no-store');
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    const other = /nonce-([^']+)/.exec((await request.get(path)).headers()['content-security-policy'] ?? '')?.[1];
    expect(other, 'a nonce is used once').not.toBe(/nonce-([^']+)/.exec(policy)?.[1]);
  }
});

test('the field that was left wrong is reported in Swedish, too', async ({ page, as, reader }) => {
  await as(await reader('sv'));
  const form = new NewUserPage(page);
  await page.goto('/users/new');
  await page.locator('.review button').click();
  await expect(form.summary.getByRole('link')).toHaveText([
    'Ange ett förnamn',
    'Ange ett efternamn, eller markera ”Personen har bara ett namn”',
    'Ange ett användarnamn',
    'Ange en e-postadress att skicka inbjudan till, eller välj ett annat sätt att logga in',
  ]);
});
