import { randomUUID } from 'node:crypto';
import { sql } from '@repo/postgres';
import type { ServiceName } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { v7 as uuidv7 } from 'uuid';
import { POISON } from '../../audit/topics.ts';
import { consumersOf } from '../../services/active-parts.ts';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

const TYPE = 'order.cancelled';
const CONSUMERS = consumersOf(TYPE);

/**
 * Sends malformed events about open orders, and waits until the next events of these orders wait behind them. Then the
 * dead letters are discarded, as an operator does, so that the orders go on.
 */
export async function poisonOrders(
  rig: Rig,
  { orders, forMs }: { orders: number; forMs: number },
): Promise<void> {
  const keys = await openOrders(rig, orders);
  rig.note(`${keys.length} orders poisoned for ${forMs} ms`);
  for (const key of keys) await poison(rig, key);
  await eventually(() => eventsAreBehind(rig, keys), {
    timeoutMs: 20_000,
    what: 'events behind the poison',
  });
  await hold(forMs);
  for (const service of CONSUMERS) await discardAll(rig, service);
  rig.note('the poison is discarded');
}

async function eventsAreBehind({ auditor }: Rig, keys: string[]): Promise<boolean> {
  const behind = CONSUMERS.map((service) =>
    auditor.databases[service].query(sql`
      select id
      from dead_letters
      where kind = 'behind' and aggregate = any(${keys}::text[])`),
  );
  return (await Promise.all(behind)).some((deadLetters) => deadLetters.length > 0);
}

/** The newest open orders, which have the most events still to come. */
async function openOrders({ auditor }: Rig, count: number): Promise<string[]> {
  const found = await eventually(
    async () => {
      const rows = await auditor.databases.order.query(sql<{ id: string }>`
        select id
        from orders
        where status = 'placed'
        order by placed_at desc
        limit ${count}`);
      return rows.length === count && rows;
    },
    { what: 'open orders' },
  );
  return found.map(({ id }) => id);
}

async function poison(rig: Rig, key: string): Promise<void> {
  const { publisher, recording, databases } = rig.auditor;
  const id = uuidv7();
  const headers = { ce_specversion: '1.0', ce_id: id, ce_source: '/order', ce_type: TYPE };
  const about = { ...headers, ce_time: new Date().toISOString(), ce_subject: key, [POISON]: 'yes' };
  await publisher.publish([
    { topic: 'order.events', records: [{ key, value: '{"orderId":', headers: about }] },
  ]);
  const record = await eventually(() => recording.records.find((one) => one.headers.ce_id === id));
  const { topic, partition, offset } = record;
  for (const service of CONSUMERS) {
    rig.poisons.push({ service, key, topic, partition, offset: Number(offset), discardedAt: null });
    const isParked = () =>
      databases[service].query(
        sql`select id from dead_letters where kind = 'malformed' and aggregate = ${key}`,
      );
    await eventually(async () => (await isParked()).length > 0, {
      timeoutMs: 20_000,
      what: `poison in ${service}`,
    });
  }
}

/** Discards every malformed and failed event; the events behind them follow. */
export async function discardAll(rig: Rig, service: ServiceName): Promise<void> {
  const database = rig.auditor.databases[service];
  const deadLetters = await database.query(sql<{ id: string; key: string }>`
    select id, aggregate as key
    from dead_letters
    where kind in ('malformed', 'failed')
    order by position`);
  for (const { id, key } of deadLetters) {
    const [clock] = await database.query(sql<{ now: Date }>`select clock_timestamp() as now`);
    for (const one of rig.poisons) {
      if (one.service === service && one.key === key) one.discardedAt = clock?.now.toISOString() ?? null;
    }
    const { outcome, answer } = await rig.client.sendUntilAnswered({
      who: rig.shop.staff,
      method: 'POST',
      url: rig.system.running.services[service].url,
      path: `/v1/dead-letters/${id}/discard`,
      key: randomUUID(),
      body: { reason: 'poison of a fault run' },
    });
    if (outcome !== 'ok') throw new Error(`${service} did not discard ${id}: ${JSON.stringify(answer)}`);
  }
  const left = () => database.query(sql`select id from dead_letters`);
  await eventually(async () => (await left()).length === 0, {
    timeoutMs: 20_000,
    what: `the events behind the poison in ${service}`,
  });
}
