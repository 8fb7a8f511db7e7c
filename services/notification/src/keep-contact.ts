import type { Transaction } from '@tenfold/postgres';
import { keepAddress } from './contact-store.ts';
import { resumeMessages, suspendMessages } from './message-store.ts';

/** Keeps a customer's address, and sends what has waited for one, or failed with the one before. */
export async function keepContact(
  tx: Transaction,
  contact: { customerId: string; email: string },
): Promise<void> {
  await keepAddress(tx, contact);
  await resumeMessages(tx, contact.customerId);
}

/** Erases a customer's address. Messages that wait then wait for another; those that failed stay failed. */
export async function eraseContact(tx: Transaction, customerId: string): Promise<void> {
  await keepAddress(tx, { customerId, email: null });
  await suspendMessages(tx, customerId);
}
