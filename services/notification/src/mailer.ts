import { createTransport, type Transporter } from 'nodemailer';
import { MailError, mailFactsOf, refusalOf } from './mail-error.ts';
import type { Letter } from './message.ts';

/** What has definitely become of a mail. A refusal is one of its recipient; `code` is that of the reply. */
export type Delivery = { status: 'sent' } | { status: 'refused'; code: string };

/** The mail server, as this service needs it. */
export interface Mailer {
  /**
   * @param mail to one address, in the form of the HTML standard
   * @throws MailError when nobody knows whether the server took the mail, or when it may still take it
   */
  send(mail: Letter & { to: string; messageId: string }): Promise<Delivery>;
  close(): void;
}

const FROM = { name: 'Tenfold', address: 'orders@tenfold.example' };

/** @param url smtp://host:port */
export function createMailer(url: string): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
  });
  keepDomains(transport);
  return {
    async send({ to, ...mail }) {
      // An address that is given as text is read as a list: names, groups and several addresses.
      const recipient = { name: '', address: to };
      const envelope = { from: FROM, to: [recipient] };
      try {
        await transport.sendMail({ ...mail, from: FROM, to: recipient, envelope });
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

/**
 * Sends to the domain as it was given. nodemailer reads a domain as a browser reads a host, so that it would send mail
 * for somebody at 1.2.3 to 1.2.0.3.
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
