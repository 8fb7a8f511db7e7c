import { expected, itemsOf, type Running, send } from '@repo/stack';

export type Email = { to: string; subject: string; text: string; at: string };

type Processes = Readonly<Partial<Record<string, { url: string }>>>;

/** The customer's e-mail, in a system that has notification and a mailbox. */
export function openMail(running: Running, { token, email }: { token: string; email: string }) {
  const { notification }: Processes = running.services;
  const { mailbox }: Processes = running.external;
  if (!notification || !mailbox) return undefined;

  return {
    async registerContact(): Promise<void> {
      const url = `${notification.url}/v1/contacts/me`;
      expected(await send(url, 'PUT', { token, body: { email } }), 204);
    },

    async findEmails(orderId: string): Promise<Email[]> {
      const url = `${mailbox.url}/messages?to=${encodeURIComponent(email)}`;
      return itemsOf<Email>(await send(url)).filter(({ text }) => String(text ?? '').includes(orderId));
    },
  };
}
