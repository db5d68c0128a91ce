// `make screenshots`: a picture of every page from the demo's data, into target/screenshots.
import { defineConfig } from '@playwright/test';
import { launchOptions } from './harness/browser.ts';

export default defineConfig({
  testDir: 'screenshots',
  testMatch: /\.ts$/,
  globalSetup: './harness/screenshots-setup.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  reporter: [['list']],
  use: { browserName: 'chromium', launchOptions, locale: 'en-GB', timezoneId: 'Europe/Stockholm' },
});
