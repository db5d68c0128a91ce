// The access help: permissions of a user, and why somebody cannot do something.
import { createOffice } from '../harness/forms.ts';
import { administrator, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { expect, test } from '../fixtures.ts';

test('troubleshooting says why a user cannot sign in, and links to the page that corrects it @core', async ({ page, as, createUser }) => {
  const who = await createUser({ fields: { email: '' } });
  await as(administrator);
  await page.goto(`/users/${who.id}`);
  const help = new BasePage(page);
  await help.main.getByRole('link', { name: 'Troubleshoot access' }).click();
  await expect(help.heading).toHaveText('Access troubleshooting');
  await expect(help.main).toContainText(`${who.name} can’t sign in right now.`);
  const way = help.main.getByRole('listitem').filter({ hasText: 'Sign-in is set up (no password and no invitation)' });
  await expect(way).toContainText('No');
  await expect(way).toContainText('Send an invitation, or set a temporary password.');
  await way.getByRole('link', { name: 'Send invitation' }).click();
  await expect(page).toHaveURL(new RegExp(`/users/${who.id}/invite$`));
});

test('troubleshooting says why a user cannot see or add a person', async ({ page, as, adminApi, createUser, createActiveUser }) => {
  const [here, there] = [await createOffice(adminApi, `Norr ${unique()}`), await createOffice(adminApi, `Söder ${unique()}`)];
  const viewer = await createActiveUser('Viewer', { fields: { office: here } });
  const far = await createUser({ fields: { office: there } });
  await as(administrator);
  const help = new BasePage(page);
  await page.goto('/help/access');
  await help.main.getByRole('searchbox').fill(viewer.last);
  await help.button('Search').click();
  await help.main.getByRole('link', { name: `Choose ${viewer.name}` }).click();
  await expect(help.main).toContainText(`${viewer.name} can sign in.`);
  await expect(help.main).toContainText(`${viewer.name} can’t add this user.`);
  await help.main.getByRole('searchbox', { name: 'Who can’t they see?' }).fill(far.last);
  await help.main.getByRole('search').filter({ has: page.getByRole('searchbox', { name: 'Who can’t they see?' }) }).getByRole('button', { name: 'Search' }).click();
  await help.main.getByRole('link', { name: `Choose ${far.name}` }).click();
  await expect(help.main).toContainText(`${viewer.name} can’t see ${far.name}.`);
  const cut = help.main.getByRole('listitem').filter({ hasText: 'The other person belongs to the same office' });
  await expect(cut).toContainText('No');
  await help.text('Login name or e-mail they tried to use').fill(far.loginName);
  await help.button('Check access').click();
  await expect(help.main).toContainText('The login name is available (This login name belongs to someone who is already registered here.');
});

test('each user sees what they can do, and nothing about others', async ({ page, as, createActiveUser, expectStatus }) => {
  const me = await createActiveUser('Viewer');
  await as(me);
  await page.goto('/help/access');
  const help = new BasePage(page);
  await expect(help.main.getByRole('heading', { name: 'What can I do here?' })).toBeVisible();
  await expect(help.main.getByRole('listitem').filter({ hasText: 'View users' }).first()).toContainText('Whole organisation');
  await expect(help.main.getByRole('searchbox')).toHaveCount(0);
  expectStatus(403);
  expect((await page.goto(`/help/access?person=${me.id}`))?.status()).toBe(403);
});
