import { type Answer, call, eventually } from '@repo/testing';
import { type Customer, newCustomer, system, urls } from '../whole-system.ts';

export interface Contact extends Customer {
  email: string;
}

/** A customer with an address, unless the test gives it later. */
export async function newContact({ hasAddress = true } = {}): Promise<Contact> {
  const customer = await newCustomer();
  const contact = { ...customer, email: `${customer.id}@example.com` };
  if (hasAddress) await giveAddress(contact);
  return contact;
}

export function giveAddress({ token, email }: Contact): Promise<Answer> {
  return call(`${urls.notification}/v1/contacts/me`, 'PUT', { token, body: { email } });
}

/** The e-mail about an order, once it is in the mailbox; of several, the one with this subject. */
export function mailAbout({ email }: Contact, orderId: string, wanted = /./) {
  return eventually(
    async () => {
      const { items } = (await call(`${system.running.external.mailbox.url}/messages?to=${email}`)).body;
      return items.find(
        ({ subject, text }: { subject: string; text: string }) =>
          text.includes(orderId) && wanted.test(subject),
      );
    },
    { timeoutMs: 20_000, what: `an e-mail about order ${orderId}` },
  );
}
