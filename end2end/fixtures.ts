// What every test has: a page that complains about anything it should not have, people, mails, and the page objects.
import { AxeBuilder } from '@axe-core/playwright';
import { type APIRequestContext, type BrowserContext, type Page, expect, request as requests, test as base } from '@playwright/test';
import { type Asked, create, settleIn, signIn } from './harness/forms.ts';
import { type Mail } from './harness/mail.ts';
import { type Person, administrator, person } from './harness/people.ts';
import { hasScripting, ready } from './pages/page.ts';

export { expect };

/** Somebody with an account who can sign in. */
export interface Colleague extends Person {
  id: string;
}

interface Fixtures {
  /** Announces a status below which the page's requests may fail; it must come. Without scripting a refused form is no failing request: use `expectRefusal`. */
  expectStatus: (status: number) => void;
  /** Announces that a form will be refused by the server: a status with scripting, a redirect without. */
  expectRefusal: (status: number) => void;
  /** Signs this test's browser in; somebody who was signed in already is so by the same session. */
  as: (who: { loginName: string; password: string }, context?: BrowserContext) => Promise<void>;
  /** The administrator's hands, without a browser. */
  office: APIRequestContext;
  /** Requests of one's own, with no cookie of anybody. */
  stranger: () => Promise<APIRequestContext>;
  /** Creates somebody, in no way signed in. */
  added: (asked?: Asked & { person?: Person }) => Promise<Colleague>;
  /** Creates somebody who has a password and can sign in. */
  colleague: (role: string, asked?: Asked) => Promise<Colleague>;
  /** A System administrator of this worker who only looks at pages: a test neither changes them nor gives them anything. */
  reader: (language: 'en' | 'sv') => Promise<Colleague>;
  /** Waits for the newest of `count` mails to an address with this subject. */
  mailTo: (address: string, subject: RegExp, count?: number) => Promise<Mail>;
  /** A second browser of this test, as strict as the first. */
  another: () => Promise<Page>;
  complaints: Complaints;
}

interface Options {
  /** Which installation a test is about: `fresh` was set up by the first test, `demo` has the demo's people. */
  house: 'fresh' | 'demo';
}

function address(house: Options['house']): string {
  const url = process.env[house === 'fresh' ? 'USHER_TEST_FRESH' : 'USHER_TEST_DEMO'];
  if (!url) {
    throw new Error('the servers are not there: run the tests with playwright.config.ts');
  }
  return url;
}

/** What went wrong in a browser without any expectation of a test noticing. */
class Complaints {
  readonly #announced = new Set<number>();
  readonly #came = new Set<number>();
  readonly #found: string[] = [];

  announce(status: number): void {
    this.#announced.add(status);
  }

  watch(page: Page): void {
    page.on('console', (message) => {
      const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text())?.[1];
      if (message.type() === 'error' && !(status && this.#announced.has(Number(status)))) {
        this.#found.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.#found.push(`page: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.#found.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('response', (response) => {
      this.#came.add(response.status());
      if (response.status() >= 400 && !this.#announced.has(response.status())) {
        this.#found.push(`status ${response.status()}: ${response.url()}`);
      }
    });
  }

  check(): void {
    expect(this.#found, 'nothing went wrong beside what was announced').toEqual([]);
    const missing = [...this.#announced].filter((status) => !this.#came.has(status));
    expect(missing, 'every announced status came').toEqual([]);
  }
}

/** Cookies of who is signed in, by installation and login name, for this worker. */
const sessions = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();

/** Who only looks at pages, by installation and language, for this worker. */
const readers = new Map<string, Colleague>();

export const test = base.extend<Fixtures & Options>({
  house: ['fresh', { option: true }],
  baseURL: async ({ house }, use) => use(address(house)),

  complaints: async ({}, use) => {
    const complaints = new Complaints();
    await use(complaints);
    complaints.check();
  },

  page: async ({ page, complaints }, use) => {
    complaints.watch(page);
    const goto = page.goto.bind(page);
    page.goto = async (url, options) => {
      const response = await goto(url, options);
      await ready(page);
      return response;
    };
    await use(page);
  },

  another: async ({ browser, baseURL, complaints, javaScriptEnabled, viewport }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL, javaScriptEnabled, viewport });
      contexts.push(context);
      const page = await context.newPage();
      complaints.watch(page);
      const goto = page.goto.bind(page);
      page.goto = async (url, options) => {
        const response = await goto(url, options);
        await ready(page);
        return response;
      };
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  expectStatus: async ({ complaints }, use) => use((status) => complaints.announce(status)),

  expectRefusal: async ({ complaints, javaScriptEnabled }, use) =>
    use((status) => {
      if (javaScriptEnabled !== false) {
        complaints.announce(status);
      }
    }),

  stranger: async ({ baseURL }, use) => {
    const made: APIRequestContext[] = [];
    await use(async () => {
      const fresh = await requests.newContext({ baseURL });
      made.push(fresh);
      return fresh;
    });
    await Promise.all(made.map((each) => each.dispose()));
  },

  as: async ({ context, house, stranger }, use) => {
    await use(async (who, other) => {
      const key = `${house} ${who.loginName}`;
      let cookies = sessions.get(key);
      if (!cookies) {
        const request = await stranger();
        await signIn(request, who);
        cookies = (await request.storageState()).cookies.filter((cookie) => cookie.name === 'session');
        sessions.set(key, cookies);
      }
      await (other ?? context).addCookies(cookies);
    });
  },

  office: async ({ stranger, house }, use) => {
    const key = `${house} office`;
    const request = await stranger();
    let cookies = sessions.get(key);
    if (!cookies) {
      await signIn(request, administrator);
      cookies = (await request.storageState()).cookies;
      sessions.set(key, cookies);
      await use(request);
      return;
    }
    const { baseURL } = { baseURL: address(house) };
    const again = await requests.newContext({ baseURL, storageState: { cookies, origins: [] } });
    await use(again);
    await again.dispose();
  },

  added: async ({ office }, use) => {
    await use(async (asked = {}) => {
      const who = asked.person ?? person();
      return { ...who, id: await create(office, who, asked) };
    });
  },

  colleague: async ({ added, stranger }, use) => {
    await use(async (role, asked = {}) => {
      const who = await added({ ...asked, role, wayIn: 'temporary_password' });
      await settleIn(await stranger(), who);
      return who;
    });
  },

  reader: async ({ colleague, house }, use) => {
    await use(async (language) => {
      const key = `${house} ${language}`;
      const reader = readers.get(key) ?? (await colleague('System administrator', { language }));
      readers.set(key, reader);
      return reader;
    });
  },

  mailTo: async ({}, use) => {
    await use(async (to, subject, count = 1) => {
      let found: Mail[] = [];
      await expect
        .poll(
          async () => {
            const answer = await fetch(`${process.env.USHER_TEST_INBOX}?to=${encodeURIComponent(to)}`);
            found = ((await answer.json()) as Mail[]).filter((mail) => subject.test(mail.subject));
            return found.length;
          },
          { message: `${count} mail(s) ${subject} to ${to}`, timeout: 15_000 },
        )
        .toBe(count);
      return found.at(-1)!;
    });
  },
});

/** Every rule of axe that is about WCAG A and AA, the best practices, and the size of targets: it finds nothing. It runs in the page, so only where that may run scripts. */
export async function axe(page: Page): Promise<void> {
  if (!(await hasScripting(page))) {
    return;
  }
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await new AxeBuilder({ page })
    .options({ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] })
    .withTags(tags)
    // the other mode is for frames, which no page has, and opens a page of its own each time
    .setLegacyMode(true)
    .analyze();
  const told = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary ?? ''})`).join('; ')}`);
  expect(told, `axe finds nothing on ${page.url()}`).toEqual([]);
}
