// The fixtures of the tests: a watched page, API clients, users, mails, and more browsers.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type APIRequestContext, type BrowserContext, type BrowserContextOptions, type Page, expect, request as requests, test as base } from '@playwright/test';
import { type UserOptions, create, completeFirstSignIn, signIn } from './harness/forms.ts';
import { type Mail } from './harness/mail.ts';
import { type Person, administrator, person } from './harness/people.ts';
import { hasScripting, ready } from './pages/page.ts';

export { expect };

/** A user who was created for a test. */
export interface TestUser extends Person {
  id: string;
}

interface Fixtures {
  /** Announces a status with which requests of the page may fail. It must occur. A refused form without scripting is no failing request: use `expectRefusal`. */
  expectStatus: (status: number) => void;
  /** Announces that the server will refuse a form: with a status if scripting is on, with a redirect if it is off. */
  expectRefusal: (status: number) => void;
  /** Signs the browser of this test in. The session of a user is reused within a worker. */
  as: (who: { loginName: string; password: string }, context?: BrowserContext) => Promise<void>;
  /** An API client that is signed in as the administrator. */
  adminApi: APIRequestContext;
  /** Creates an API client without a session. */
  anonymousApi: () => Promise<APIRequestContext>;
  /** Creates a user, by default without a way to sign in. */
  createUser: (options?: UserOptions & { person?: Person }) => Promise<TestUser>;
  /** Creates a user with a password, who can sign in. */
  createActiveUser: (role: string, options?: UserOptions) => Promise<TestUser>;
  /** A System administrator of this worker who only views pages. Tests must not change this user. */
  reader: (language: 'en' | 'sv') => Promise<TestUser>;
  /** Waits for the newest of `count` mails to an address with this subject. */
  mailTo: (address: string, subject: RegExp, count?: number) => Promise<Mail>;
  /** Opens a page in a second browser context, watched like the first. */
  secondPage: () => Promise<Page>;
  consoleWatcher: ConsoleWatcher;
  /** A browser context with the options of this test, without cookies. */
  freshContext: (options?: BrowserContextOptions) => Promise<BrowserContext>;
}

interface WorkerFixtures {
  contexts: ContextPool;
}

/** The events of a page that tests and fixtures listen to. */
const LISTENED_EVENTS = ['console', 'dialog', 'pageerror', 'request', 'response'] as const;

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
    await Promise.all(context.pages().map((page) => resetPage(page, viewport)));
    this.#idle.set(kind, [...(this.#idle.get(kind) ?? []), context]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#idle.values()].flat().map((context) => context.close()));
  }
}

type Viewport = BrowserContextOptions['viewport'];

/** Resets a page: removes listeners and routes, and restores media and size. */
async function resetPage(page: Page, viewport: Viewport): Promise<void> {
  Reflect.deleteProperty(page, 'goto');
  const forget = () => LISTENED_EVENTS.forEach((event) => page.removeAllListeners(event));
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
  /** The installation that a test uses: `fresh` was set up by the first test, `demo` has the demo data. */
  installation: 'fresh' | 'demo';
}

function address(installation: Options['installation']): string {
  const url = process.env[installation === 'fresh' ? 'USHER_TEST_FRESH' : 'USHER_TEST_DEMO'];
  if (!url) {
    throw new Error('the servers do not run: run the tests with playwright.config.ts');
  }
  return url;
}

/** Files that do not also run without scripting: the setup, those that need the wasm, the one that validates the HTML of each page, and the pictures. */
const RUNS_WITH_SCRIPTING_ONLY = /((setup|pages|\.hydrate)\.spec|screenshots\/pages)\.ts$/;
const ISLAND_TAG_RULE = `a test is tagged @island if, and only if, it opens a page with an island.
If you're here because this fails: add or remove the tag. Tagged tests run without scripting, too; pages without an island carry no script, so one run proves both.`;

/** Collects errors of a browser that no expectation of a test notices. */
class ConsoleWatcher {
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
        // a form with unsent changes asks before it is left; most tests leave on purpose
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
  get sawIsland(): boolean {
    return this.#fetchedWasm;
  }

  check(): void {
    expect(this.#found, 'there were only the expected errors').toEqual([]);
    const missing = [...this.#announced].filter((status) => !this.#came.has(status));
    expect(missing, 'every expected status was received').toEqual([]);
  }
}

/** Watches a page, and makes `goto` wait until its islands are hydrated. */
function watchPage(page: Page, consoleWatcher: ConsoleWatcher): Page {
  consoleWatcher.watch(page);
  const goto = page.goto.bind(page);
  page.goto = async (url, options) => {
    const response = await goto(url, options);
    await ready(page);
    return response;
  };
  return page;
}

/** The session cookies of users, by installation and login name, for this worker. */
const sessions = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();

/** The readers, by installation and language, for this worker. */
const readers = new Map<string, TestUser>();

export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  installation: ['fresh', { option: true }],
  baseURL: async ({ installation }, use) => use(address(installation)),

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

  consoleWatcher: async ({ javaScriptEnabled }, use, testInfo) => {
    const consoleWatcher = new ConsoleWatcher();
    await use(consoleWatcher);
    consoleWatcher.check();
    if (javaScriptEnabled !== false && testInfo.status === 'passed' && !RUNS_WITH_SCRIPTING_ONLY.test(testInfo.file)) {
      expect(testInfo.tags.includes('@island'), ISLAND_TAG_RULE).toBe(consoleWatcher.sawIsland);
    }
  },

  page: async ({ context, contexts, consoleWatcher }, use, testInfo) => {
    const page = await contexts.pageOf(context);
    await use(watchPage(page, consoleWatcher));
    // Playwright takes its screenshot when a context closes, but this context is reused
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('screenshot', { body: await page.screenshot(), contentType: 'image/png' });
    }
  },

  secondPage: async ({ freshContext, contexts, consoleWatcher }, use) => {
    await use(async () => watchPage(await contexts.pageOf(await freshContext()), consoleWatcher));
  },

  expectStatus: async ({ consoleWatcher }, use) => use((status) => consoleWatcher.announce(status)),

  expectRefusal: async ({ consoleWatcher, javaScriptEnabled }, use) =>
    use((status) => {
      if (javaScriptEnabled !== false) {
        consoleWatcher.announce(status);
      }
    }),

  anonymousApi: async ({ baseURL }, use) => {
    const made: APIRequestContext[] = [];
    await use(async () => {
      const fresh = await requests.newContext({ baseURL });
      made.push(fresh);
      return fresh;
    });
    await Promise.all(made.map((each) => each.dispose()));
  },

  as: async ({ context, installation, anonymousApi }, use) => {
    await use(async (who, other) => {
      const key = `${installation} ${who.loginName}`;
      let cookies = sessions.get(key);
      if (!cookies) {
        const request = await anonymousApi();
        await signIn(request, who);
        cookies = (await request.storageState()).cookies.filter((cookie) => cookie.name === 'session');
        sessions.set(key, cookies);
      }
      await (other ?? context).addCookies(cookies);
    });
  },

  adminApi: async ({ anonymousApi, installation }, use) => {
    const key = `${installation} adminApi`;
    const request = await anonymousApi();
    let cookies = sessions.get(key);
    if (!cookies) {
      await signIn(request, administrator);
      cookies = (await request.storageState()).cookies;
      sessions.set(key, cookies);
      await use(request);
      return;
    }
    const { baseURL } = { baseURL: address(installation) };
    const again = await requests.newContext({ baseURL, storageState: { cookies, origins: [] } });
    await use(again);
    await again.dispose();
  },

  createUser: async ({ adminApi }, use) => {
    await use(async (options = {}) => {
      const who = options.person ?? person();
      return { ...who, id: await create(adminApi, who, options) };
    });
  },

  createActiveUser: async ({ createUser, anonymousApi }, use) => {
    await use(async (role, options = {}) => {
      const who = await createUser({ ...options, role, signInSetup: 'temporary_password' });
      await completeFirstSignIn(await anonymousApi(), who);
      return who;
    });
  },

  reader: async ({ createActiveUser, installation }, use) => {
    await use(async (language) => {
      const key = `${installation} ${language}`;
      const reader = readers.get(key) ?? (await createActiveUser('System administrator', { language }));
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

/** The part of axe that the tests use. */
interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }>;
}

/** Expects that axe finds nothing: WCAG A and AA, best practices, target size. It runs in the page, so only if scripting is on. */
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
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary ?? ''})`).join('; ')}`);
  expect(found, `axe finds nothing on ${page.url()}`).toEqual([]);
}
