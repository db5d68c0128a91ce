// A mail server in the main process of Playwright. The workers read the mails over HTTP on loopback.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type AddressObject, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
}

export interface MailServer {
  smtpPort: number;
  inbox: string;
  stop(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: Mail[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      simpleParser(stream)
        .then((parsed) => {
          // the recipient is in the envelope, not in the header
          for (const recipient of session.envelope.rcptTo) {
            mails.push({
              to: recipient.address.toLowerCase(),
              from: addressText(parsed.from),
              subject: parsed.subject ?? '',
              text: parsed.text ?? '',
              html: parsed.html || '',
            });
          }
          done();
        })
        .catch(done);
    },
  });
  await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
  const http = createServer((request, response) => {
    const to = new URL(request.url ?? '/', 'http://inbox').searchParams.get('to')?.toLowerCase();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(mails.filter((mail) => mail.to === to)));
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  return {
    smtpPort: (smtp.server.address() as AddressInfo).port,
    inbox: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    stop: async () => {
      http.closeAllConnections();
      await Promise.all([new Promise((closed) => http.close(closed)), new Promise<void>((closed) => smtp.close(() => closed()))]);
    },
  };
}

function addressText(address: AddressObject | undefined): string {
  return address?.text ?? '';
}

/** The link of a mail, which must have exactly one. */
export function linkOf(mail: Mail): string {
  const links = mail.text.match(/http:\/\/\S+\/link\/\S+/g) ?? [];
  if (links.length !== 1) {
    throw new Error(`the mail has ${links.length} links:\n${mail.text}`);
  }
  return links[0]!;
}
