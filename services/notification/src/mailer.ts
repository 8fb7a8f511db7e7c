import project from '@repo/project' with { type: 'json' };
import { createTransport, type Transporter } from 'nodemailer';
import { MailError, mailFactsOf, refusalOf } from './mail-error.ts';
import type { Email } from './message.ts';

/** The definite outcome of a mail. The mail server refused the recipient permanently, or accepted the mail. */
export type Delivery = { status: 'sent' } | { status: 'refused'; code: string };

/** The mail server, as this service needs it. */
export interface Mailer {
  /**
   * @param mail to one address, in the form of the HTML standard
   * @throws MailError when the outcome is unknown, or when a retry can still succeed
   */
  send(mail: Email & { to: string; messageId: string }): Promise<Delivery>;
  close(): void;
}

/** The number of mails that are sent at a time, each over a connection of its own. */
export const CONNECTIONS = 4;
/** The time limit of a whole mail: a server that responds slowly is not silent, so no socket timeout ends it. */
export const SEND_LIMIT_MS = 20_000;

const FROM = { name: project.title, address: `orders@${project.domain}` };

/** @param url smtp://host:port */
export function createMailer(url: string, { limitMs = SEND_LIMIT_MS } = {}): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
  });
  keepDomains(transport);
  return {
    async send({ to, ...mail }) {
      // nodemailer parses text as a list of names, groups and addresses. A structured address is not parsed.
      const recipient = { name: '', address: to };
      const envelope = { from: FROM, to: [recipient] };
      try {
        await within(limitMs, transport.sendMail({ ...mail, from: FROM, to: recipient, envelope }));
        return { status: 'sent' };
      } catch (error) {
        const facts = mailFactsOf(error);
        const code = refusalOf(facts);
        if (code === undefined) throw new MailError(facts);
        return { status: 'refused', code };
      }
    },
    close: () => transport.close(),
  };
}

/** A mail that takes longer may still be delivered: its outcome is unknown, and it is sent again under the same id. */
async function within<Result>(limitMs: number, sending: Promise<Result>): Promise<Result> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new MailError({ code: 'ETIMEDOUT' })), limitMs);
  try {
    return await Promise.race([sending, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Keeps the domain of the recipient as the customer gave it. nodemailer normalizes a domain like the host of a URL, and
 * so turns 1.2.3 into 1.2.0.3.
 */
function keepDomains(transport: Transporter): void {
  transport.use('stream', ({ message, data }, done) => {
    const { from, to } = message.getEnvelope();
    const given = (data.to as { address: string }).address;
    const domain = given.slice(given.lastIndexOf('@'));
    const recipients = to.map((address) => address.slice(0, address.lastIndexOf('@')) + domain);
    message.getEnvelope = () => ({ from, to: recipients });
    done();
  });
}
