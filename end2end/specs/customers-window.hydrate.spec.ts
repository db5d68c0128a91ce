// The window that imports customers: keyboard, several searches, limits, cancel. Needs wasm.
import { createCustomer } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { NewUserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('the window works by keyboard, keeps what was selected in another search, and returns the focus', async ({ page, as, adminApi }) => {
  await as(administrator);
  const [first, second] = [unique(), unique()];
  await createCustomer(adminApi, first);
  await createCustomer(adminApi, second);
  const form = new NewUserPage(page);
  await form.open();
  const button = page.getByRole('button', { name: 'Import customers' });
  const window = page.getByRole('dialog', { name: 'Import customers' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(window).toBeVisible();
  await expect(window.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(window).toBeHidden();
  await expect(button).toBeFocused();

  await page.keyboard.press('Enter');
  for (const name of [first, second]) {
    await window.getByRole('searchbox').fill(name);
    await expect(window.getByRole('checkbox')).toHaveCount(1);
    await window.getByRole('searchbox').press('Enter');
    await expect(page, 'Enter does not post the form').toHaveURL(/\/users\/new$/);
    await page.keyboard.press('Tab');
    await expect(window.getByRole('checkbox', { name })).toBeFocused();
    await page.keyboard.press('Space');
    await expect(window).toContainText('Selected:');
  }
  await expect(window).toContainText(`Selected: ${first}, ${second}`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(window).toBeHidden();
  await expect(button).toBeFocused();
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(2);
  await button.click();
  await window.getByRole('searchbox').fill(first);
  await expect(window.getByRole('checkbox', { name: first }), 'imported already').toBeDisabled();
  await window.getByRole('searchbox').fill('zzzzqqq');
  await expect(window).toContainText('No customer’s name contains all of these words.');
  await window.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: `Remove ${first}` }).click();
  await expect(page.getByText(`${first} was removed.`)).toBeVisible();
  await button.click();
  await window.getByRole('searchbox').fill(first);
  await window.getByRole('checkbox', { name: first }).check();
  await window.getByRole('button', { name: 'Import customers', exact: true }).click();
  await expect(page.getByRole('button', { name: /^Remove / }), 'back where it was').toHaveCount(2);
});
