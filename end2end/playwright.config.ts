// The product in a real browser: hydrated and with scripting off, at desktop and phone size.
import { defineConfig } from '@playwright/test';
import { desktop, launchOptions, phone } from './harness/browser.ts';

const HYDRATED_ONLY = /\.hydrate\.spec\.ts$/;
/** Specs that choose their own widths, or need the Tab key. */
const DESKTOP_ONLY = /(pages|keyboard\.hydrate)\.spec\.ts$/;
const SETUP = /setup\.spec\.ts$/;
/** Specs about administration run at desktop size only. pages.spec.ts checks that each page fits a phone. */
const ADMINISTRATION = /(organisations|roles|lists|units|customers|customers-window\.hydrate|dashboards|reports|access|access-help|coverage|edit-conflict|user-page|users-list|users-create\.hydrate)\.spec\.ts$/;
/** Tests that open a page with an island run without scripting, too. Every other page carries no script (`fixtures.ts` and `pages.spec.ts` check both). */
const ISLANDS = /@island/;
/** Also validates the HTML of each page. */
const EVERY_PAGE = /pages\.spec\.ts$/;

export default defineConfig({
  testDir: 'specs',
  globalSetup: './harness/global-setup.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  // the checking machine may be shared; a test that fails three times fails
  retries: process.env.CI ? 2 : 0,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [...(process.env.CI ? ([['dot'], ['html', { open: 'never' }]] as const) : ([['list']] as const)), ['./harness/times.ts']],
  use: { browserName: 'chromium', launchOptions, locale: 'en-GB', timezoneId: 'Europe/Stockholm', trace: 'off' },
  projects: [
    { name: 'setup', testMatch: SETUP, use: { viewport: desktop } },
    { name: 'hydrated', testIgnore: SETUP, dependencies: ['setup'], use: { viewport: desktop } },
    { name: 'hydrated-phone', testIgnore: [SETUP, DESKTOP_ONLY, ADMINISTRATION], dependencies: ['setup'], use: { viewport: phone, isMobile: true, hasTouch: true } },
    { name: 'html', testIgnore: [SETUP, HYDRATED_ONLY, EVERY_PAGE], grep: ISLANDS, dependencies: ['setup'], use: { viewport: desktop, javaScriptEnabled: false } },
    { name: 'html-phone', testIgnore: [SETUP, HYDRATED_ONLY], grep: /@core/, dependencies: ['setup'], use: { viewport: phone, isMobile: true, hasTouch: true, javaScriptEnabled: false } },
  ],
});
