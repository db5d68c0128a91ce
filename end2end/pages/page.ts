// The base classes of the page objects.
import { type Locator, type Page, expect } from '@playwright/test';

/** Waits until the islands of a page are hydrated. */
export async function ready(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  const root = page.locator('html');
  // without scripting there is nothing to wait for, nor on a page whose only island is the palette, which loads the wasm when it opens
  const waits = (await page.locator('script[data-wasm]').count()) > 0 && (await hasScripting(page));
  if (waits) {
    await expect(root, 'the islands are live').toHaveAttribute('data-hydrated', '', { timeout: 15_000 });
  }
}

/** Whether this browser runs the page's scripts. */
export async function hasScripting(page: Page): Promise<boolean> {
  return await page.evaluate(() => matchMedia('(scripting: enabled)').matches);
}

export class BasePage {
  readonly main: Locator;
  readonly heading: Locator;
  /** The banner with the flash message. */
  readonly banner: Locator;
  /** The error summary. */
  readonly summary: Locator;
  /** The box with warnings. */
  readonly warnings: Locator;

  constructor(readonly page: Page) {
    this.main = page.getByRole('main');
    this.heading = page.getByRole('heading', { level: 1 });
    this.banner = page.locator('.notice.good[role=status]');
    this.summary = page.getByRole('alert').filter({ has: page.getByRole('heading', { name: /^(There is a problem|Det finns ett problem)$/ }) });
    this.warnings = page.getByRole('group', { name: 'Check before you continue' });
  }

  /** Waits for the address, and until the page is hydrated. */
  async waitForUrl(url: RegExp | string): Promise<void> {
    await expect(this.page).toHaveURL(url);
    await ready(this.page);
  }

  text(label: string): Locator {
    return this.main.getByRole('textbox', { name: new RegExp(`^${label}( \\*.*)?$`) });
  }

  select(label: string): Locator {
    return this.main.getByRole('combobox', { name: label });
  }

  /** A password field: it has no role of its own. */
  password(id: string): Locator {
    return this.main.locator(`input#${id}`);
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true });
  }

  /** The error message under a field. */
  fieldError(field: string): Locator {
    return this.main.locator(`#${field}-says`);
  }

  async overrideWarnings(reason: string): Promise<void> {
    await this.warnings.getByRole('checkbox', { name: 'Override warnings' }).check();
    await this.warnings.getByRole('textbox', { name: /^Reason for overriding/ }).fill(reason);
  }
}

/** A page after sign-in, with header and navigation. */
export class AppPage extends BasePage {
  get userMenu(): Locator {
    return this.page.locator('header summary[aria-label]');
  }

  async signOut(): Promise<void> {
    await this.userMenu.click();
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await this.waitForUrl(/\/sign-in$/);
  }

  /** Follows a link of the navigation, which is in the menu on a phone, and may be in a folded group. */
  async navigate(name: string): Promise<void> {
    let navigation = this.page.getByRole('navigation', { name: 'Main', exact: true });
    if (!(await navigation.isVisible())) {
      await this.page.locator('header details.menu > summary').click();
      navigation = this.page.getByRole('navigation', { name: 'Menu' });
    }
    const link = this.page.getByRole('link', { name, exact: true, includeHidden: true });
    const folded = navigation.locator('details:not([open])', { has: link });
    if (await folded.count()) {
      await folded.locator('summary').click();
    }
    await navigation.getByRole('link', { name, exact: true }).click();
  }
}
