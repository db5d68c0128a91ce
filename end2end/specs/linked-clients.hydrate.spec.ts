// The client search in the form that creates an assistant: results appear in place, and nothing typed is lost.
import { createClient } from '../harness/forms.ts';
import { PASSWORD, administrator, person, unique } from '../harness/people.ts';
import { NewUserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('a search among the clients keeps the selection and the temporary password', async ({ page, as, adminApi }) => {
  const [first, second] = [unique(), unique()];
  await createClient(adminApi, { first_name: 'Elsa', last_name: first });
  await createClient(adminApi, { first_name: 'Olle', last_name: second });
  await as(administrator);
  const who = person();
  const create = new NewUserPage(page);
  await create.open();
  await create.role('Assistant').check();
  await create.fill(who);
  await create.signInOption('Set a temporary password').check();
  await create.temporaryPassword.fill(PASSWORD);
  const linked = create.main.getByRole('group', { name: 'Linked clients' }).first();
  const search = linked.getByRole('searchbox', { name: 'Search clients' });
  await search.fill(first);
  await search.press('Enter');
  await expect(linked.getByRole('status')).toHaveText('Clients found: 1 client');
  await linked.getByRole('checkbox', { name: `Elsa ${first}` }).check();
  await search.fill(second);
  await linked.getByRole('button', { name: 'Search' }).click();
  await linked.getByRole('checkbox', { name: `Olle ${second}` }).check();
  await expect(linked.getByRole('checkbox', { name: `Elsa ${first}` }), 'what was ticked stays').toBeChecked();
  await search.fill('nobody is called this');
  await search.press('Enter');
  await expect(linked.getByRole('status')).toHaveText('No clients found');
  await expect(linked.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await expect(page, 'the browser stays on the page').toHaveURL(/\/users\/new$/);
  await expect(create.temporaryPassword).toHaveValue(PASSWORD);
  await create.button('Create user').click();
  await expect(create.banner).toContainText('was created');
  await page.goto(`${page.url()}/caseload`);
  for (const name of [`Elsa ${first}`, `Olle ${second}`]) {
    await expect(create.main.getByRole('link', { name })).toBeVisible();
  }
});
