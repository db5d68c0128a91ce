// Page objects of users.
import { type Locator, expect } from '@playwright/test';
import { AppPage, hasScripting } from './page.ts';

export const USER_PAGE = /\/users\/[0-9a-f-]{36}$/;

export class UserListPage extends AppPage {
  async open(query = ''): Promise<void> {
    await this.page.goto(`/users${query}`);
    await expect(this.heading).toHaveText('Users');
  }

  get rows(): Locator {
    return this.main.locator('tbody tr');
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async names(): Promise<string[]> {
    // the first row can be there before the last one has arrived
    await this.page.waitForLoadState('domcontentloaded');
    return await this.rows.locator('th a').allInnerTexts();
  }

  async search(words: string, status?: string): Promise<void> {
    await this.main.getByRole('searchbox').fill(words);
    const changes = status !== undefined && (await this.select('Status').locator('option:checked').innerText()) !== status;
    // with scripts, a filter applies when it is changed
    const isSent = changes && (await hasScripting(this.page));
    if (status !== undefined) {
      await this.select('Status').selectOption({ label: status });
    }
    if (!isSent) {
      await this.button('Search').click();
    }
    await expect(this.page).toHaveURL((url) => url.searchParams.get('q') === words);
  }

  /** First, Previous, Next or Last, if it is a link. */
  pagerLink(label: string): Locator {
    return this.main.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: label });
  }
}

export interface Typed {
  first?: string;
  last?: string;
  email?: string;
  loginName?: string;
}

export class NewUserPage extends AppPage {
  async open(query = ''): Promise<void> {
    await this.page.goto(`/users/new${query}`);
    await expect(this.heading).toHaveText('Add user');
  }

  async fill(typed: Typed): Promise<void> {
    const fields = { 'First name': typed.first, 'Last name': typed.last, 'E-mail': typed.email, 'Login name': typed.loginName };
    for (const [label, text] of Object.entries(fields)) {
      if (text !== undefined) {
        await this.text(label).fill(text);
      }
    }
  }

  role(name: string): Locator {
    return this.main.locator('#roles').getByRole('checkbox', { name: new RegExp(`^${name}`) });
  }

  signInOption(name: string): Locator {
    return this.main.getByRole('radio', { name: new RegExp(`^${name}`) });
  }

  get temporaryPassword(): Locator {
    return this.password('temporary_password');
  }

  async submit(): Promise<void> {
    await this.button('Create user').click();
  }

  /** Expands the teams, which are collapsed if there are many. */
  async openTeams(): Promise<void> {
    const teams = this.main.locator('details', { has: this.page.locator('#teams') });
    if (!(await teams.evaluate((details: HTMLDetailsElement) => details.open))) {
      await teams.locator('summary').click();
    }
  }

  async openLists(): Promise<void> {
    await openLists(this);
  }

  async openOptional(): Promise<void> {
    await this.main.getByText('Show optional fields').click();
  }
}

/** Expands the lists, which are collapsed if there are many. */
async function openLists(form: AppPage): Promise<void> {
  const lists = form.main.locator('details', { has: form.page.locator('#lists') });
  if (!(await lists.evaluate((details: HTMLDetailsElement) => details.open))) {
    await lists.locator('summary').click();
  }
}

export class UserPage extends AppPage {
  async open(id: string): Promise<void> {
    await this.page.goto(`/users/${id}`);
  }

  /** The value of a term in the details. */
  detail(term: string): Locator {
    return this.main.locator(`dt:text-is("${term}") + dd`);
  }

  /** What stands first: whether they can sign in, and four facts. */
  get overview(): Locator {
    return this.main.getByRole('region', { name: 'Status' });
  }

  get status(): Locator {
    return this.main.locator('.head .badge');
  }

  get activity(): Locator {
    return this.main.locator('.timeline > li');
  }

  get missing(): Locator {
    return this.main.locator('section', { has: this.page.getByRole('heading', { name: 'Still missing' }) }).getByRole('listitem');
  }

  /** Follows a link of the side menu. */
  async openAction(name: string): Promise<void> {
    await this.main.getByRole('navigation', { name: 'Actions' }).getByRole('link', { name, exact: true }).click();
    await expect(this.page).not.toHaveURL(USER_PAGE);
  }

  menu(): Locator {
    return this.main.getByRole('navigation', { name: 'Actions' }).getByRole('link');
  }
}

export class EditUserPage extends AppPage {
  async open(id: string): Promise<void> {
    await this.page.goto(`/users/${id}/edit`);
    await expect(this.heading).toHaveText(/^Edit /);
  }

  async openLists(): Promise<void> {
    await openLists(this);
  }

  async save(): Promise<void> {
    await this.button('Save changes').click();
  }

  /** The two values of a field after a conflict: the typed one, and the one that somebody else saved. */
  versions(field: string): Locator {
    return this.main.locator('table.versions tbody tr', { has: this.page.getByRole('rowheader', { name: field, exact: true }) }).getByRole('cell').locator('bdi');
  }
}
