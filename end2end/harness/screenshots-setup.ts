// For the pictures: the demo's people, a mail server so that invitations have links, and one installation that nobody set up yet.
import { startMailServer } from './mail.ts';
import { start } from './server.ts';

export default async function setUp(): Promise<() => Promise<void>> {
  const mailServer = await startMailServer();
  const [empty, demo] = await Promise.all([start('empty', {}), start('demo', { demo: true, smtp: mailServer.smtpPort })]);
  process.env.USHER_TEST_INBOX = mailServer.inbox;
  process.env.USHER_TEST_FRESH = empty.url;
  process.env.USHER_TEST_DEMO = demo.url;
  process.env.USHER_TEST_SET_UP_LINK = empty.setUpLink ?? '';
  return async () => {
    await Promise.all([empty.stop(), demo.stop()]);
    await mailServer.stop();
  };
}
