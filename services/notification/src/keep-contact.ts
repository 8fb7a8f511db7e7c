import type { Transaction } from '@repo/postgres';
import { keepAddress } from './contact-store.ts';
import { resumeMessages, suspendMessages } from './message-store.ts';

/** Keeps a customer's address, and makes the messages due that waited for one or failed. */
export async function keepContact(
  tx: Transaction,
  contact: { customerId: string; email: string },
): Promise<void> {
  await keepAddress(tx, contact);
  await resumeMessages(tx, contact.customerId);
}

/** Erases a customer's address. Waiting messages wait for the next one; failed messages stay failed. */
export async function eraseContact(tx: Transaction, customerId: string): Promise<void> {
  await keepAddress(tx, { customerId, email: null });
  await suspendMessages(tx, customerId);
}
