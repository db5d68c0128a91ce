// Page objects of the pages before sign-in.
import { expect } from '@playwright/test';
import { BasePage } from './page.ts';

export class SignInPage extends BasePage {
  async open(query = ''): Promise<void> {
    await this.page.goto(`/sign-in${query}`);
  }

  async signIn(loginName: string, password: string): Promise<void> {
    await this.text('Login name').fill(loginName);
    await this.password('password').fill(password);
    await this.button('Sign in').click();
  }
}

export class SetPasswordPage extends BasePage {
  async setPassword(password: string): Promise<void> {
    await this.password('new_password').fill(password);
    await this.button('Save password').click();
  }
}

export class SetUpPage extends BasePage {
  async fill(fields: { organisation: string; first: string; last: string; email: string; loginName: string; password: string }): Promise<void> {
    await this.text('Organisation name').fill(fields.organisation);
    await this.text('First name').fill(fields.first);
    await this.text('Last name').fill(fields.last);
    await this.text('E-mail').fill(fields.email);
    await this.text('Login name').fill(fields.loginName);
    await this.password('new_password').fill(fields.password);
  }

  async submit(): Promise<void> {
    await this.button('Create organisation').click();
  }
}

export class DeadLinkPage extends BasePage {
  /** The page names all possible reasons in one text, and does not reveal which one applies. */
  async expectShown(): Promise<void> {
    await expect(this.heading).toHaveText('This link doesn’t work');
    await expect(this.main).toContainText('It may have been used already, expired or been replaced by a newer link');
    await expect(this.main.getByRole('link', { name: 'Sign in' })).toBeVisible();
  }
}
