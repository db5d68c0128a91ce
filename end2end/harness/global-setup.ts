// Before the first test: starts the mail server, an empty installation, and one with the demo data. The workers get the addresses in
// the environment.
import { startMailServer } from './mail.ts';
import { start } from './server.ts';

export default async function setUp(): Promise<() => Promise<void>> {
  const mailServer = await startMailServer();
  const [fresh, demo] = await Promise.all([start('fresh', { smtp: mailServer.smtpPort }), start('demo', { demo: true })]);
  process.env.USHER_TEST_INBOX = mailServer.inbox;
  process.env.USHER_TEST_FRESH = fresh.url;
  process.env.USHER_TEST_DEMO = demo.url;
  process.env.USHER_TEST_SET_UP_LINK = fresh.setUpLink ?? '';
  return async () => {
    await Promise.all([fresh.stop(), demo.stop()]);
    await mailServer.stop();
  };
}
