import type { Kafka } from '@repo/events';
import { type Queryable, sql } from '@repo/postgres';
import { consumerGroups, serviceNames } from '@repo/stack';
import { eventually } from '@repo/testing';
import type { Databases } from './databases.ts';
import type { Recording } from './topics.ts';

/** What is left to be done in a database, as sentences, and how many events it has had to say since its beginning. */
interface Work {
  left: string[];
  said: number;
}

interface Surroundings {
  databases: Databases;
  kafka: Kafka;
  recording: Recording;
}

/** Looking costs the system something too. */
const LOOK_MS = 100;

/**
 * Waits until nothing is on its way any more, and answers what still is when the time is over. The system is at rest
 * when twice in a row there is nothing left to do in any database, then nothing left to read on any topic, and then
 * again nothing left to do, without an event having been written meanwhile.
 */
export async function settle(
  surroundings: Surroundings,
  { timeoutMs }: { timeoutMs: number },
): Promise<string[]> {
  let left = ['Nobody could look.'];
  let quiet = 0;
  const isAtRest = async () => {
    left = await whatIsLeft(surroundings);
    quiet = left.length === 0 ? quiet + 1 : 0;
    return quiet === 2;
  };
  await eventually(isAtRest, { timeoutMs, everyMs: LOOK_MS }).catch(() => {});
  return quiet === 2 ? [] : left;
}

async function whatIsLeft(surroundings: Surroundings): Promise<string[]> {
  const before = await lookAtDatabases(surroundings.databases);
  if (before.left.length > 0) return before.left;
  const unread = await lookAtTopics(surroundings);
  if (unread.length > 0) return unread;
  const after = await lookAtDatabases(surroundings.databases);
  return after.said === before.said ? after.left : ['Events are still being written.'];
}

async function lookAtDatabases({ order, inventory, payment, notification }: Databases): Promise<Work> {
  const works = await Promise.all([
    openOrders(order),
    openPayments(payment),
    waitingMessages(notification),
    ...Object.entries({ order, inventory, payment }).map(([name, database]) => unpublished(name, database)),
  ]);
  return {
    left: works.flatMap(({ left }) => left),
    said: works.reduce((sum, { said }) => sum + said, 0),
  };
}

async function openOrders(database: Queryable): Promise<Work> {
  const rows = await database.query(sql<{ id: string; status: string }>`
    select id, status
    from orders
    where status in ('placed', 'reserved')`);
  return { left: rows.map(({ id, status }) => `Order ${id} is still ${status}.`), said: 0 };
}

/** With those that are to be paid back. */
async function openPayments(database: Queryable): Promise<Work> {
  const rows = await database.query(sql<{ orderId: string; status: string; attempts: number }>`
    select order_id as "orderId", status, attempts
    from payments
    where deleted_at is null and (status = 'pending' or due_at is not null)`);
  return {
    left: rows.map(({ orderId, status, attempts }) => {
      return `The payment of order ${orderId} is still to be worked on: ${status}, after ${attempts} attempts.`;
    }),
    said: 0,
  };
}

async function waitingMessages(database: Queryable): Promise<Work> {
  const rows = await database.query(sql<{ id: string; orderId: string }>`
    select id, order_id as "orderId"
    from messages
    join contacts using (customer_id)
    where status = 'waiting' and email is not null`);
  return {
    left: rows.map(({ id, orderId }) => `Message ${id} about order ${orderId} still waits.`),
    said: 0,
  };
}

async function unpublished(name: string, database: Queryable): Promise<Work> {
  const [row] = await database.query(sql<{ waiting: number; said: number }>`
    select (select count(*) from outbox) as waiting, last_value as said
    from outbox_position_seq`);
  const { waiting = 0, said = 0 } = row ?? {};
  return { left: waiting > 0 ? [`The outbox of ${name} still holds ${waiting} events.`] : [], said };
}

async function lookAtTopics({ databases, kafka, recording }: Surroundings): Promise<string[]> {
  const [prices] = await databases.order.query(sql<{ id: string }>`select id from price_lists`);
  const groups = serviceNames.flatMap((service) => consumerGroups(service, String(prices?.id)));
  const lags = await Promise.all([
    ...groups.map(async ({ group, topics }) => [group, await kafka.lag(group, topics)] as const),
    recording.lag().then((lag) => ['this recording', lag] as const),
  ]);
  return lags.filter(([, lag]) => lag > 0).map(([who, lag]) => `${who} is still ${lag} records behind.`);
}
