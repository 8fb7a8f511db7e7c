import { type Queryable, sql } from '@repo/postgres';
import { readItems } from '../read-items.ts';
import type { Audit } from '../service-part.ts';
import type { Mail, StoredContact, StoredMessage } from './evidence.ts';

export const audit: Audit = {
  async read(database, { external }) {
    const [contacts, messages, mail] = await Promise.all([
      readContacts(database),
      readMessages(database),
      readItems<Mail>(`${external.mailbox.url}/messages`),
    ]);
    return { contacts, messages, mail };
  },

  async openWork(database) {
    const rows = await database.query(sql<{ id: string; orderId: string }>`
      select id, order_id as "orderId"
      from messages
      join contacts using (customer_id)
      where status = 'waiting' and email is not null`);
    return rows.map(({ id, orderId }) => `Message ${id} about order ${orderId} still waits.`);
  },

  since({ messages, mail }, before) {
    const written = new Set(before.messages.map(({ id }) => id));
    const received = new Set(before.mail.map(({ messageId }) => messageId));
    return {
      messages: messages.filter(({ id }) => !written.has(id)),
      mail: mail.filter(({ messageId }) => !received.has(messageId)),
    };
  },
};

function readContacts(database: Queryable): Promise<StoredContact[]> {
  return database.query(sql<StoredContact>`
    select customer_id as "customerId", email
    from contacts
    order by customer_id`);
}

function readMessages(database: Queryable): Promise<StoredMessage[]> {
  return database.query(sql<StoredMessage>`
    select id, order_id as "orderId", customer_id as "customerId", kind, status, failure_code as "failureCode"
    from messages
    order by id`);
}
