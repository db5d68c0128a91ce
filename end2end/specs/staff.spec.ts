// Add New Staff: staff add other staff of their own office from the home page (CS-17 to CS-22).
import { createOffice } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { NewUserPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('staff add staff to their own office, see no administration, and get an error for each missing field', { tag: '@island' }, async ({ page, as, adminApi, createActiveUser, secondPage, mailTo, expectStatus }) => {
  const place = unique();
  const me = await createActiveUser('Staff', { fields: { office: await createOffice(adminApi, place) } });
  await as(me);
  await page.goto('/');
  const form = new NewUserPage(page);
  await expect(page.locator('a[href^="/users"], a[href^="/roles"], a[href^="/offices"], a[href^="/lists"], a[href="/organisation"]')).toHaveCount(0);
  await form.main.getByRole('link', { name: 'Add New Staff' }).click();
  await form.waitForUrl(/\/staff\/new$/);
  await expect(form.heading).toHaveText('Other staff details');
  await expect(form.text('Office')).toHaveValue(place);
  await expect(form.text('Office')).not.toBeEditable();
  await expect(form.role('Staff')).toBeChecked();
  await expect(form.main.locator('input[name="roles[]"]'), 'only what staff may give').toHaveCount(1);
  await form.button('Save').click();
  for (const field of ['first_name', 'last_name', 'login_name', 'email']) {
    await expect(page.locator(`#${field}`), `${field} is highlighted`).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(form.heading).toHaveText('Other staff details');
  const word = unique();
  const email = `saga.berg${word}@northfield.example`;
  await form.fill({ first: 'Saga', last: `Berg${word}`, loginName: `saga.berg${word}`, email });
  await form.button('Save').click();
  await form.waitForUrl(/\/$/);
  await expect(form.banner).toContainText(`Saga Berg${word} was created`);
  await expect(form.banner).toContainText('An invitation is on its way.');
  await mailTo(email, /^Your account/);
  expectStatus(403);
  expect((await page.goto('/users'))?.status()).toBe(403);

  const theirs = new UserPage(await secondPage());
  await as(administrator, theirs.page.context());
  await theirs.page.goto(`/users?q=${word}`);
  await theirs.main.getByRole('link', { name: `Saga Berg${word}`, exact: true }).click();
  await expect(theirs.detail('Office')).toHaveText(place);
  await expect(theirs.detail('Roles')).toContainText('Staff');
});

test('the Create menu leads staff to the same page', { tag: '@island' }, async ({ page, as, adminApi, createActiveUser }) => {
  await as(await createActiveUser('Staff', { fields: { office: await createOffice(adminApi, unique()) } }));
  await page.goto('/profile');
  const wide = page.locator('header summary', { hasText: 'Create' });
  if (await wide.isVisible()) {
    await wide.click();
    await page.locator('header').getByRole('link', { name: 'Add New Staff' }).first().click();
  } else {
    await page.locator('header details.menu > summary').click();
    await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Add New Staff' }).click();
  }
  await expect(new NewUserPage(page).heading).toHaveText('Other staff details');
});

test('an administrator may add other staff there, too, and lands on their page', { tag: '@island' }, async ({ page, as }) => {
  await as(administrator);
  const form = new NewUserPage(page);
  await page.goto('/staff/new');
  const word = unique();
  await form.fill({ first: 'Tove', last: `Lund${word}`, loginName: `tove.lund${word}` });
  await form.signInOption('Add without inviting').check();
  await form.button('Save').click();
  await expect(form.heading).toHaveText(`Tove Lund${word}`);
});
