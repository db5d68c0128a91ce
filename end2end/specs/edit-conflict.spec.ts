// Two administrators edit one user: the second sees both versions, and nothing is overwritten silently.
import { post } from '../harness/forms.ts';
import { administrator } from '../harness/people.ts';
import { EditUserPage, UserPage } from '../pages/users.ts';
import { expect, test } from '../fixtures.ts';

test('the second edit shows both versions, and the user decides', { tag: '@island' }, async ({ page, secondPage, as, createUser, createActiveUser, expectRefusal, javaScriptEnabled }) => {
  const who = await createUser({ fields: { phone: '020 7946 0001', job_title: 'Caseworker' } });
  const second = await createActiveUser('System administrator');
  await as(administrator);
  const other = await secondPage();
  await as(second, other.context());

  const mine = new EditUserPage(page);
  const theirs = new EditUserPage(other);
  await mine.open(who.id);
  await theirs.open(who.id);

  await mine.text('Phone').fill('020 7946 0111');
  await mine.save();
  await mine.waitForUrl(new RegExp(`/users/${who.id}$`));

  await theirs.text('Phone').fill('020 7946 0222');
  await theirs.text('Job title').fill('Team lead');
  expectRefusal(409);
  await theirs.save();
  await expect(theirs.summary).toContainText('Someone else changed this after you opened the page');
  await expect(theirs.versions('Phone')).toHaveText(['020 7946 0222', '020 7946 0111']);
  await expect(theirs.versions('Job title')).toHaveText(['Team lead', 'Caseworker']);
  await expect(theirs.main.locator('table.versions tbody tr')).toHaveCount(2);
  await expect(theirs.text('Phone'), 'what was typed is there').toHaveValue('020 7946 0222');

  // nothing was overwritten
  const person = new UserPage(page);
  await person.open(who.id);
  await expect(person.detail('Phone')).toHaveText('020 7946 0111');
  await expect(person.detail('Job title')).toHaveText('Caseworker');

  // the second keeps the first one's phone, and saves knowing both
  if (javaScriptEnabled === false) {
    await theirs.text('Phone').fill('020 7946 0111');
  } else {
    await theirs.button('Use saved version: Phone').click();
    await expect(theirs.text('Phone')).toHaveValue('020 7946 0111');
  }
  await theirs.save();
  await theirs.waitForUrl(new RegExp(`/users/${who.id}$`));
  await person.open(who.id);
  await expect(person.detail('Phone')).toHaveText('020 7946 0111');
  await expect(person.detail('Job title')).toHaveText('Team lead');
});

test('a third change in between is reported again', { tag: '@island' }, async ({ page, secondPage, as, createUser, adminApi, createActiveUser, expectRefusal }) => {
  const who = await createUser();
  const second = await createActiveUser('System administrator');
  await as(administrator);
  const other = await secondPage();
  await as(second, other.context());
  const theirs = new EditUserPage(other);
  await theirs.open(who.id);
  await theirs.text('Job title').fill('Mine');
  const save = (job_title: string) =>
    post(adminApi, `/users/${who.id}/edit`, 'edit_user', { first_name: who.first, last_name: who.last, email: who.email, login_name: who.loginName, job_title });
  await save('First');
  expectRefusal(409);
  await theirs.save();
  await expect(theirs.versions('Job title')).toHaveText(['Mine', 'First']);
  await save('Second');
  await theirs.save();
  await expect(theirs.versions('Job title')).toHaveText(['Mine', 'Second']);
  const person = new UserPage(page);
  await person.open(who.id);
  await expect(person.detail('Job title')).toHaveText('Second');
});
