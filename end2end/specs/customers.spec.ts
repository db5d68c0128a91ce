// Customers and their contracts, and the customers and the organisation config of a user.
import { type Locator, type Page } from '@playwright/test';
import { createContract, createCustomer, post } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage, hasScripting } from '../pages/page.ts';
import { EditUserPage, NewUserPage, UserPage } from '../pages/users.ts';
import { axe, expect, test } from '../fixtures.ts';

/** Imports customers by name: in the window, or without scripting on the page that replaces it. */
async function importCustomers(page: Page, ...names: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Import customers' }).click();
  if (!(await hasScripting(page))) {
    await expect(page).toHaveURL(/\/customers\/import\?/);
  }
  const place = (await hasScripting(page)) ? page.getByRole('dialog', { name: 'Import customers' }) : page.getByRole('main');
  for (const name of names) {
    await place.getByRole('searchbox', { name: 'Search customers' }).fill(name);
    if (!(await hasScripting(page))) {
      await place.getByRole('button', { name: 'Search' }).click();
    }
    await place.getByRole('checkbox', { name }).check();
  }
  await axe(page);
  await place.getByRole('button', { name: 'Import customers', exact: true }).click();
}

/** Removes a customer: by its button, or without scripting by its check box. */
async function remove(page: Page, name: string): Promise<void> {
  if (await hasScripting(page)) {
    await page.getByRole('button', { name: `Remove ${name}` }).click();
  } else {
    await page.getByRole('checkbox', { name }).uncheck();
  }
}

function config(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Organization config' });
}

test('a customer and its contract are created, renamed, and closed after a list of the affected users', async ({ page, as, createUser }) => {
  await as(administrator);
  const [name, renamed] = [`<b>${unique()}</b>`, unique()];
  const form = new BasePage(page);
  await page.goto('/customers');
  await form.main.getByRole('link', { name: 'Add customer' }).first().click();
  await form.button('Create customer').click();
  await expect(form.summary).toContainText('Enter a name');
  await form.text('Name').fill(name);
  await form.button('Create customer').click();
  await expect(form.banner).toContainText('The customer was added');
  await expect(form.heading, 'HTML is shown as text').toHaveText(name);
  await form.main.getByRole('link', { name: 'Add contract' }).first().click();
  await form.text('Name').fill('Home care');
  await form.button('Create contract').click();
  await expect(form.fieldError('config')).toHaveText('Choose or enter an organization config');
  await form.main.getByRole('combobox', { name: /^Organization config/ }).fill('Days');
  await form.button('Create contract').click();
  await expect(form.main.getByRole('cell', { name: 'Days' })).toBeVisible();
  await form.main.getByRole('link', { name: 'Rename customer' }).click();
  await form.text('Name').fill(renamed);
  await form.button('Save changes').click();
  await expect(form.heading).toHaveText(renamed);
  const customer = page.url().split('/').at(-1)!;
  const contract = (await form.main.getByRole('link', { name: 'Edit Home care' }).getAttribute('href'))!.split('/')[2]!;
  const who = await createUser({ fields: { 'customers[]': [customer], config: contract } });

  await page.reload();
  await expect(form.main.getByRole('link', { name: who.name, exact: true })).toBeVisible();
  await form.main.getByRole('link', { name: 'Close customer' }).click();
  await expect(form.main).toContainText(`${renamed} has 1 person and 1 contract`);
  await expect(form.main.getByRole('link', { name: who.name, exact: true })).toBeVisible();
  await form.button('Close customer').click();
  await expect(form.banner).toContainText('The customer was closed');
  const theirs = new UserPage(page);
  await theirs.open(who.id);
  await expect(theirs.detail('Customers')).toHaveCount(0);
  await expect(theirs.main.locator('.timeline')).toContainText(`closed the customer ${renamed}, which the account had`);
  await expect(theirs.main.locator('.timeline')).toContainText('closed the contract Home care, whose organization config the account had');
});

test('customers are imported while a user is created, their contracts fill the drop-down, and nothing typed is lost', { tag: '@island' }, async ({ page, as, adminApi }) => {
  await as(administrator);
  const [first, second] = [`A${unique()}`, `B${unique()}`];
  const acme = await createCustomer(adminApi, first);
  await createContract(adminApi, acme, 'Home care', 'Days');
  await createContract(adminApi, await createCustomer(adminApi, second), 'Night patrol', 'Nights');
  const form = new NewUserPage(page);
  await form.open();
  const word = unique();
  await form.fill({ first: 'Disa', last: `Holm${word}`, loginName: `disa.holm${word}` });
  await form.signInOption('Add without inviting').check();
  await expect(config(page).getByRole('option')).toHaveText(['Choose an organization config']);
  await importCustomers(page, first, second);
  await expect(form.text('Last name'), 'what was typed stays').toHaveValue(`Holm${word}`);
  await expect(config(page).getByRole('option')).toHaveText(['Choose an organization config', `Days (${first}, Home care)`, `Nights (${second}, Night patrol)`]);
  await form.submit();
  await expect(form.fieldError('config'), 'one must be chosen where there is one').toHaveText('Choose an organization config from the contracts of the customers above');
  await config(page).selectOption({ label: `Days (${first}, Home care)` });
  await remove(page, first);
  if (await hasScripting(page)) {
    await expect(page.getByText(`${first} was removed, and so was its organization config Days.`)).toBeVisible();
    await expect(config(page).getByRole('option')).toHaveText(['Choose an organization config', `Nights (${second}, Night patrol)`]);
    await expect(config(page)).toHaveValue('');
    await expect(page.getByRole('button', { name: 'Import customers' })).toBeFocused();
  } else {
    await form.submit();
    await expect(form.fieldError('config')).toContainText('no longer belongs to a contract of these customers');
  }
  await config(page).selectOption({ label: `Nights (${second}, Night patrol)` });
  await form.submit();
  const theirs = new UserPage(page);
  await expect(theirs.detail('Customers')).toHaveText(second);
  await expect(theirs.detail('Organization config')).toHaveText(`Nights (${second}, Night patrol)`);
});

test('a customer closed by a colleague is named, and the form keeps the rest', { tag: '@island' }, async ({ page, as, adminApi, createUser, expectRefusal }) => {
  await as(administrator);
  const [name, other] = [unique(), unique()];
  const customer = await createCustomer(adminApi, name);
  await createCustomer(adminApi, other);
  const who = await createUser();
  const edit = new EditUserPage(page);
  await edit.open(who.id);
  await importCustomers(page, name, other);
  await edit.text('Job title').fill('Adviser');
  await post(adminApi, `/customers/${customer}/close`, 'close_customer', {});
  expectRefusal(422);
  await edit.save();
  await expect(edit.summary).toContainText(`“${name}” has been closed by someone else. Remove it and save again`);
  await expect(edit.text('Job title')).toHaveValue('Adviser');
  await remove(page, name);
  await edit.save();
  const theirs = new UserPage(page);
  await expect(theirs.detail('Customers')).toHaveText(other);
  await expect(theirs.detail('Job title')).toHaveText('Adviser');
});

test('two administrators choose customers for one person: the second is shown both', { tag: '@island' }, async ({ page, as, adminApi, createUser, expectRefusal }) => {
  await as(administrator);
  const [mine, theirs] = [unique(), unique()];
  const customer = await createCustomer(adminApi, theirs);
  const contract = await createContract(adminApi, customer, 'Home care', 'Days');
  await createCustomer(adminApi, mine);
  const who = await createUser();
  const edit = new EditUserPage(page);
  await edit.open(who.id);
  await importCustomers(page, mine);
  const fields = { first_name: who.first, last_name: who.last, email: who.email, login_name: who.loginName };
  await post(adminApi, `/users/${who.id}/edit`, 'edit_user', { ...fields, 'customers[]': [customer], config: contract });
  expectRefusal(409);
  await edit.save();
  await expect(edit.versions('Customers')).toHaveText([mine, theirs]);
  await expect(edit.versions('Organization config')).toHaveText(['None', `Days (${theirs}, Home care)`]);
  if (await hasScripting(page)) {
    await page.getByRole('button', { name: 'Use saved version: Customers' }).click();
    await page.getByRole('button', { name: 'Use saved version: Organization config' }).click();
    await edit.save();
    await expect(new UserPage(page).detail('Organization config')).toHaveText(`Days (${theirs}, Home care)`);
  }
});

test('users with View users and without Manage customers open no customer', async ({ page, as, createActiveUser, expectStatus }) => {
  await as(await createActiveUser('Supervisor'));
  await page.goto('/users');
  await expect(page.getByRole('link', { name: 'Customers' })).toHaveCount(0);
  expectStatus(403);
  expect((await page.goto('/customers'))?.status()).toBe(403);
});
