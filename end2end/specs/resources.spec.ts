// Resources: administrators create, edit and close them; everybody else searches them.
import { createResource, post } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { expect, test } from '../fixtures.ts';

test('a resource is added, found, changed and closed @core', async ({ page, as }) => {
  await as(administrator);
  const [name, renamed] = [unique(), unique()];
  const resources = new BasePage(page);
  await page.goto('/resources');
  await resources.main.getByRole('link', { name: 'Add resource' }).first().click();
  await resources.waitForUrl('/resources/new');
  await resources.text('Name').fill(name);
  await resources.main.getByLabel('Places').fill('0');
  await resources.text('Contact').fill('Ask for Eva');
  await resources.main.getByRole('checkbox', { name: /^Share with other organisations/ }).check();
  await resources.button('Create resource').click();
  await expect(resources.fieldError('capacity')).toHaveText('The number of places must be a whole number, 1 or more');
  await expect(resources.text('Contact'), 'what was typed stays').toHaveValue('Ask for Eva');
  await resources.main.getByLabel('Places').fill('2');
  await resources.button('Create resource').click();
  await expect(resources.banner).toContainText('The resource was added');
  await expect(resources.heading).toHaveText(name);
  await expect(resources.main).toContainText('0 of 2 places taken');

  await resources.main.getByRole('link', { name: 'Edit resource' }).click();
  await resources.text('Name').fill(renamed);
  await resources.text('Description').fill('One\nTwo');
  await resources.button('Save changes').click();
  await expect(resources.heading).toHaveText(renamed);
  await expect(resources.main.locator('.timeline')).toContainText('edited the resource');

  await page.goto('/resources');
  await page.getByRole('searchbox').fill(`${renamed} two`);
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(resources.main.getByRole('rowheader')).toHaveText([new RegExp(renamed)]);
  await resources.main.getByRole('link', { name: renamed, exact: true }).click();
  await resources.main.getByRole('link', { name: 'Close resource' }).click();
  await expect(resources.main).toContainText(`Clients can no longer be referred to ${renamed}`);
  await resources.button('Close resource').click();
  await expect(resources.banner).toContainText('The resource was closed');
  await page.goto(`/resources?q=${renamed}`);
  await expect(resources.main).toContainText('No resources found');
});

test('the second of two concurrent edits of a resource shows both versions', async ({ page, as, adminApi }) => {
  await as(administrator);
  const name = unique();
  const id = await createResource(adminApi, name);
  const edit = new BasePage(page);
  await page.goto(`/resources/${id}/edit`);
  await post(adminApi, `/resources/${id}/edit`, 'edit_resource', { unit_name: name, opening: 'Mondays' });
  await edit.text('Contact').fill('Ask for Eva');
  await edit.button('Save changes').click();
  const versions = edit.main.locator('table.versions');
  await expect(versions).toContainText('Mondays');
  await expect(versions).toContainText('Ask for Eva');
  await edit.text('Opening hours').fill('Mondays');
  await edit.button('Save changes').click();
  await expect(edit.heading).toHaveText(name);
  await expect(edit.main).toContainText('Mondays');
});

test('a caseworker finds resources and changes none', async ({ page, as, adminApi, createActiveUser, expectStatus }) => {
  const name = unique();
  const id = await createResource(adminApi, name);
  await as(await createActiveUser('Caseworker'));
  await page.goto(`/resources?q=${name}`);
  const resources = new BasePage(page);
  await resources.main.getByRole('link', { name, exact: true }).click();
  await resources.waitForUrl(`/resources/${id}`);
  await expect(resources.main.getByRole('link', { name: 'Edit resource' })).toHaveCount(0);
  await expect(resources.main.getByRole('link', { name: 'Refer a client' })).toBeVisible();
  expectStatus(403);
  for (const path of ['/resources/new', `/resources/${id}/edit`, `/resources/${id}/close`]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
  }
});
