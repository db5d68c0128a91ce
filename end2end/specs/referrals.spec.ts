// Referrals: creating with a preview, and questions and answers of both sides.
import { acceptInvitation, createClient, createOrganisation, createReferral, createResource, post, signIn } from '../harness/forms.ts';
import { linkOf } from '../harness/mail.ts';
import { administrator, person, unique } from '../harness/people.ts';
import { BasePage } from '../pages/page.ts';
import { expect, test } from '../fixtures.ts';

test('a client is referred to a resource, asked about and accepted @core', async ({ page, as, secondPage, adminApi, createActiveUser }) => {
  const karin = await createActiveUser('Caseworker');
  const [name, first] = [unique(), unique()];
  await createResource(adminApi, name, { capacity: '1' });
  await createClient(adminApi, { first_name: 'Elsa', last_name: first, responsible: karin.id, email: 'client@example.org' });
  await as(karin);
  const refer = new BasePage(page);
  await page.goto('/referrals');
  await refer.main.getByRole('link', { name: 'Refer a client' }).first().click();
  await page.getByRole('searchbox').fill(first);
  await page.getByRole('button', { name: 'Search' }).click();
  await refer.main.getByRole('link', { name: `Choose Elsa ${first}` }).click();
  await page.getByRole('searchbox').fill(name);
  await page.getByRole('button', { name: 'Search' }).click();
  await refer.main.getByRole('link', { name: `Choose ${name}` }).click();
  await refer.button('Check before sending').click();
  await expect(refer.summary).toContainText('Enter a reason for the referral');
  await refer.text('Reason for the referral').fill('Would like company');
  await refer.main.getByRole('checkbox', { name: /client@example\.org/ }).check();
  await refer.button('Check before sending').click();
  await expect(refer.heading).toHaveText('Check before sending');
  for (const shown of [first, 'client@example.org', 'Would like company', karin.name, name]) {
    await expect(refer.main.locator('dl')).toContainText(shown);
  }
  await refer.main.getByRole('link', { name: 'Change' }).click();
  await expect(refer.text('Reason for the referral')).toHaveValue('Would like company');
  await refer.text('Reason for the referral').fill('Would like company and lunch');
  await refer.button('Check before sending').click();
  await refer.button('Send referral').click();
  await expect(refer.banner).toContainText('The referral was sent');
  const address = page.url();

  const theirs = await secondPage();
  await as(administrator, theirs.context());
  const answer = new BasePage(theirs);
  await theirs.goto(address);
  await expect(answer.main).toContainText('Would like company and lunch');
  await answer.button('Ask a question').click();
  await expect(answer.fieldError('note')).toHaveText('Enter a message');
  await answer.text('Message').fill('Which days?');
  await answer.button('Ask a question').click();
  await expect(answer.banner).toContainText('The referral was updated');

  await page.goto(address);
  await expect(refer.main.locator('.timeline')).toContainText('Which days?');
  await refer.text('Message').fill('Mondays');
  await refer.button('Send reply').click();
  await theirs.goto(address);
  await answer.button('Accept referral').click();
  await expect(answer.main.locator('.badge.good').first()).toHaveText('Accepted');
  await expect(answer.main.locator('.timeline b')).toHaveText([administrator.name, karin.name, administrator.name, karin.name]);
  await theirs.goto(`/resources?q=${name}`);
  await expect(answer.main.getByRole('rowheader', { name }).locator('.badge')).toHaveText('Full');
});

test('a client is referred to another organisation, and each sees the other’s words in their own language', async ({ page, as, adminApi, anonymousApi, createActiveUser, mailTo }) => {
  const chief = person('Birgit', 'Ek');
  const there = `Omsorg ${unique()}`;
  const id = await createOrganisation(adminApi, there, chief);
  const own = await anonymousApi();
  await acceptInvitation(own, linkOf(await mailTo(chief.email, /Your account/)));
  await signIn(own, chief);
  const settled = { language: 'sv', 'languages[]': ['en', 'sv'], time_zone: 'Europe/Stockholm', login_name_format: 'first.last' };
  await post(own, '/settings', 'edit_settings', { ...settled, takes_referrals: 'on' });
  const karin = await createActiveUser('Caseworker');
  const client = await createClient(adminApi, { first_name: 'Elsa', last_name: unique(), responsible: karin.id });
  const hers = await anonymousApi();
  await signIn(hers, karin);
  const referral = await createReferral(hers, client, `at=${id}`, '</textarea><script>document.title = "gone"</script>');
  const mail = await mailTo(chief.email, /A referral is waiting for an answer|En remiss väntar på svar/);
  expect(mail.text, 'the mail contains no name').not.toContain('Elsa');
  await as(chief);
  const answer = new BasePage(page);
  await page.goto(`/referrals/${referral}`);
  await expect(answer.main).toContainText('<script>document.title = "gone"</script>');
  await expect(answer.main.locator('.timeline')).toContainText(karin.name);
  await answer.main.locator('#note').fill('Ni är för långt bort');
  await answer.main.locator('button[value=declined]').click();
  await expect(answer.main.locator('.badge.bad').first()).toHaveText(/^(Declined|Avböjd)$/);
  await expect
    .poll(async () => await (await hers.get(`/referrals/${referral}`)).text(), 'it crosses back')
    .toContain('Ni är för långt bort');
  await as(karin);
  await page.goto(`/referrals/${referral}`);
  await expect(answer.main.locator('.timeline li').first()).toContainText(`${chief.name}, ${there} declined the referral`);
});

test('two administrators answer at once, and the second sees the first answer', async ({ page, as, adminApi, createActiveUser }) => {
  const karin = await createActiveUser('Caseworker');
  const resource = await createResource(adminApi, unique());
  const client = await createClient(adminApi, { first_name: 'Elsa', last_name: unique(), responsible: karin.id });
  const referral = await createReferral(adminApi, client, `resource=${resource}`);
  await as(administrator);
  const answer = new BasePage(page);
  await page.goto(`/referrals/${referral}`);
  await post(adminApi, `/referrals/${referral}`, 'act_on_referral', { act: 'accepted' });
  await answer.text('Message').fill('No room');
  await answer.button('Decline referral').click();
  await expect(answer.summary).toContainText('Someone else changed this after you opened the page');
  await expect(answer.text('Message'), 'what was typed stays').toHaveValue('No room');
  await expect(answer.main.locator('.timeline li').first()).toContainText('accepted the referral');
});
