// Page objects of roles.
import { type Locator, expect } from '@playwright/test';
import { AppPage } from './page.ts';

export const OWN_ROLE = /\/roles\/[0-9a-f-]{36}$/;

export class RolePage extends AppPage {
  async open(code: string): Promise<void> {
    await this.page.goto(`/roles/${code}`);
  }

  permission(term: string): Locator {
    return this.main.locator(`dt:text-is("${term}") + dd`);
  }

  card(name: string): Locator {
    return this.main.locator('.card', { has: this.page.getByRole('heading', { name, exact: true }) });
  }

  get menu(): Locator {
    return this.main.getByRole('navigation', { name: 'Actions' });
  }

  /** Follows a link of the side menu. */
  async openAction(name: string): Promise<void> {
    await this.menu.getByRole('link', { name, exact: true }).click();
  }
}

export class EditRolePage extends AppPage {
  async open(code: string): Promise<void> {
    await this.page.goto(`/roles/${code}/edit`);
    await expect(this.heading).toHaveText(/^Edit /);
  }

  /** The drop-down for the reach of a permission. */
  reach(permission: string): Locator {
    return this.main.getByRole('combobox', { name: permission, exact: true });
  }

  checkbox(name: string): Locator {
    return this.main.getByRole('checkbox', { name, exact: true });
  }

  /** The two values of a field after a conflict: the typed one, and the one that somebody else saved. */
  versions(field: string): Locator {
    return this.main.locator('table.versions tbody tr', { has: this.page.getByRole('rowheader', { name: field, exact: true }) }).getByRole('cell').locator('bdi');
  }
}

export class RetireRolePage extends AppPage {}
