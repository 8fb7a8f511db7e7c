import type { Transaction } from '@tenfold/postgres';
import { keepAddress } from './contact-store.ts';
import { setDueFor } from './message-store.ts';

/** Keeps a customer's address, and sends what has waited for one. */
export async function keepContact(
  tx: Transaction,
  contact: { customerId: string; email: string },
): Promise<void> {
  await keepAddress(tx, contact);
  await setDueFor(tx, { customerId: contact.customerId, due: true });
}

/** Erases a customer's address. What has not been sent yet waits for another. */
export async function eraseContact(tx: Transaction, customerId: string): Promise<void> {
  await keepAddress(tx, { customerId, email: null });
  await setDueFor(tx, { customerId, due: false });
}
