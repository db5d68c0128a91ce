// Page objects of the profile.
import { AppPage } from './page.ts';

export class ProfilePage extends AppPage {
  async open(): Promise<void> {
    await this.page.goto('/profile');
  }

  async save(): Promise<void> {
    await this.button('Save changes').click();
  }
}

export class EmailPage extends AppPage {
  async open(): Promise<void> {
    await this.page.goto('/profile/email');
  }

  async change(email: string, password: string): Promise<void> {
    await this.text('New e-mail address').fill(email);
    await this.password('current_password').fill(password);
    await this.button('Change e-mail address').click();
  }
}

export class PasswordPage extends AppPage {
  async open(): Promise<void> {
    await this.page.goto('/profile/password');
  }

  async change(current: string, fresh: string): Promise<void> {
    await this.password('current_password').fill(current);
    await this.password('new_password').fill(fresh);
    await this.button('Change password').click();
  }
}
