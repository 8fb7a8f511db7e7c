import { createTransport } from 'nodemailer';
import type { Letter } from './message.ts';

/** The mail server, as this service needs it. */
export interface Mailer {
  /** @throws when the server has not said that it took the mail. */
  send(mail: Letter & { to: string; messageId: string }): Promise<void>;
  close(): void;
}

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
  return {
    send: async (mail) => {
      await transport.sendMail({ ...mail, from: 'Tenfold <orders@tenfold.example>' });
    },
    close: () => transport.close(),
  };
}
