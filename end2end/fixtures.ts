// What every test has: a page that complains about anything it should not have, people, mails, and the page objects.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type APIRequestContext, type BrowserContext, type BrowserContextOptions, type Page, expect, request as requests, test as base } from '@playwright/test';
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
  /** A browser context with the options of this test, and no cookie of anybody. */
  freshContext: (options?: BrowserContextOptions) => Promise<BrowserContext>;
}

interface WorkerFixtures {
  contexts: ContextPool;
}

/** What the tests and the fixtures listen to on a page. */
const HEARD = ['console', 'dialog', 'pageerror', 'request', 'response'] as const;

/**
 * The idle browser contexts of a worker, each with one blank page. A test that needs a context with the same options gets one of
 * them, emptied: a new context costs a process and its first page fetches and compiles the wasm again, and a new page costs another
 * process. What a test cannot take back (a script that a page runs at its start) it does to a page that it opens itself.
 */
class ContextPool {
  readonly #idle = new Map<string, BrowserContext[]>();
  readonly #kept = new WeakSet<Page>();

  take(kind: string): BrowserContext | undefined {
    return this.#idle.get(kind)?.pop();
  }

  /** The page of a context that stays when the context is put back. */
  async pageOf(context: BrowserContext): Promise<Page> {
    const kept = context.pages().find((page) => this.#kept.has(page)) ?? (await context.newPage());
    this.#kept.add(kept);
    return kept;
  }

  async put(kind: string, context: BrowserContext, viewport: Viewport): Promise<void> {
    const own = context.pages().filter((page) => !this.#kept.has(page));
    await Promise.all(own.map((page) => page.close()));
    await Promise.all([context.clearCookies(), context.clearPermissions(), context.unrouteAll()]);
    await Promise.all(context.pages().map((page) => blank(page, viewport)));
    this.#idle.set(kind, [...(this.#idle.get(kind) ?? []), context]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#idle.values()].flat().map((context) => context.close()));
  }
}

type Viewport = BrowserContextOptions['viewport'];

/** Leaves nothing on a page of what a test did to it. */
async function blank(page: Page, viewport: Viewport): Promise<void> {
  Reflect.deleteProperty(page, 'goto');
  const forget = () => HEARD.forEach((event) => page.removeAllListeners(event));
  forget();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  // a form that was begun asks before it is left
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto('about:blank');
  forget();
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  const now = page.viewportSize();
  if (viewport && now && (now.width !== viewport.width || now.height !== viewport.height)) {
    await page.setViewportSize(viewport);
  }
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

/** The setup, what needs the wasm, and what reads each page's HTML beside looking at it. */
const RUNS_WITH_SCRIPTING_ONLY = /(setup|pages|\.hydrate)\.spec\.ts$/;
const MARKED = `a test is tagged @island if, and only if, it opens a page with an island.
If you're here because this fails: add or remove the tag. Tagged tests run without scripting, too; pages without an island carry no script, so one run proves both.`;

/** What went wrong in a browser without any expectation of a test noticing. */
class Complaints {
  readonly #announced = new Set<number>();
  readonly #came = new Set<number>();
  readonly #found: string[] = [];
  #fetchedWasm = false;

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
      if (dialog.type() === 'beforeunload') {
        // a form that was begun asks before it is left; most tests mean to leave it
        void dialog.accept();
        return;
      }
      this.#found.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      this.#fetchedWasm ||= request.url().endsWith('.wasm');
    });
    page.on('response', (response) => {
      this.#came.add(response.status());
      if (response.status() >= 400 && !this.#announced.has(response.status())) {
        this.#found.push(`status ${response.status()}: ${response.url()}`);
      }
    });
  }

  /** Whether a page had an island: only islands fetch wasm. */
  get metAnIsland(): boolean {
    return this.#fetchedWasm;
  }

  check(): void {
    expect(this.#found, 'nothing went wrong beside what was announced').toEqual([]);
    const missing = [...this.#announced].filter((status) => !this.#came.has(status));
    expect(missing, 'every announced status came').toEqual([]);
  }
}

/** Collects what goes wrong in a page, and makes `goto` wait until its islands are live. */
function watched(page: Page, complaints: Complaints): Page {
  complaints.watch(page);
  const goto = page.goto.bind(page);
  page.goto = async (url, options) => {
    const response = await goto(url, options);
    await ready(page);
    return response;
  };
  return page;
}

/** Cookies of who is signed in, by installation and login name, for this worker. */
const sessions = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();

/** Who only looks at pages, by installation and language, for this worker. */
const readers = new Map<string, Colleague>();

export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  house: ['fresh', { option: true }],
  baseURL: async ({ house }, use) => use(address(house)),

  contexts: [
    async ({}, use) => {
      const pool = new ContextPool();
      await use(pool);
      await pool.close();
    },
    { scope: 'worker' },
  ],

  freshContext: async ({ browser, contexts, baseURL, viewport, isMobile, hasTouch, javaScriptEnabled, locale, timezoneId }, use, testInfo) => {
    const taken: [string, BrowserContext, Viewport][] = [];
    await use(async (options = {}) => {
      const all = { baseURL, viewport, isMobile, hasTouch, javaScriptEnabled, locale, timezoneId, ...options };
      const kind = JSON.stringify(all);
      const context = contexts.take(kind) ?? (await browser.newContext(all));
      taken.push([kind, context, all.viewport]);
      return context;
    });
    const asExpected = testInfo.status === testInfo.expectedStatus;
    await Promise.all(taken.map(([kind, context, size]) => (asExpected ? contexts.put(kind, context, size) : context.close())));
  },

  context: async ({ freshContext }, use) => use(await freshContext()),

  complaints: async ({ javaScriptEnabled }, use, testInfo) => {
    const complaints = new Complaints();
    await use(complaints);
    complaints.check();
    if (javaScriptEnabled !== false && testInfo.status === 'passed' && !RUNS_WITH_SCRIPTING_ONLY.test(testInfo.file)) {
      expect(testInfo.tags.includes('@island'), MARKED).toBe(complaints.metAnIsland);
    }
  },

  page: async ({ context, contexts, complaints }, use, testInfo) => {
    const page = await contexts.pageOf(context);
    await use(watched(page, complaints));
    // Playwright's own screenshot is taken when a context closes, and this one is kept
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('screenshot', { body: await page.screenshot(), contentType: 'image/png' });
    }
  },

  another: async ({ freshContext, contexts, complaints }, use) => {
    await use(async () => watched(await contexts.pageOf(await freshContext()), complaints));
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

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What `axe.run` is asked, and what of its answer is read. */
interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }>;
}

/** Every rule of axe that is about WCAG A and AA, the best practices, and the size of targets: it finds nothing. It runs in the page, so only where that may run scripts. */
export async function axe(page: Page): Promise<void> {
  if (!(await hasScripting(page))) {
    return;
  }
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const options = { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] };
    return (await (globalThis as unknown as { axe: Axe }).axe.run(options)).violations;
  });
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary ?? ''})`).join('; ')}`);
  expect(told, `axe finds nothing on ${page.url()}`).toEqual([]);
}
