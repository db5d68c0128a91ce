// For the screenshots: starts the demo data, a mail server for invitation links, and an installation that is not set up yet.
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
