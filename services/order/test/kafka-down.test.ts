import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { close, post, published, query, startReplica } from './order-service.ts';

const LIMITS = { ADMISSION_MAX_OPEN_ORDERS: '3', ADMISSION_MAX_OUTBOX_ROWS: '12' };

test('while Kafka is down orders are accepted up to the limit on outbox rows, and afterwards all of them are published', async () => {
  // The first process, which has the prices, ends: no relay is left.
  await close();
  const offline = await startReplica({ ...LIMITS, KAFKA_BROKERS: '127.0.0.1:1' });
  const placed: string[] = [];
  const place = async (key: string) => {
    const { status, headers, body } = await post({ key }, offline.url);
    if (status === 201) placed.push(body.id);
    return { status, headers, body };
  };

  // As if more time had passed.
  const wait = () => query(`update outbox set created_at = created_at - interval '1 minute'`);
  const placeAndWait = async () => (await place(randomUUID())) && (await wait()) && placed.length === 12;
  await eventually(placeAndWait, { what: 'as many waiting events as the limit' });

  const key = randomUUID();
  // Until the next count, the orders that were just accepted count as open.
  const refused = await eventually(async () => {
    const response = await place(key);
    return /events wait to be published/.test(response.body.detail) && response;
  });
  assert.equal(refused.status, 503);
  assert.match(refused.body.type, /\/overloaded$/);
  assert.ok(Number(refused.headers.get('retry-after')) >= 10);
  const [waiting] = await query<{ rows: number }>('select count(*) as rows from outbox');
  assert.equal(waiting?.rows, 12);
  await offline.close();

  const back = await startReplica();

  await eventually(() => placed.every((id) => published.some((event) => event.key === id)), {
    what: 'all orders to be published',
  });
  assert.equal((await post({ key }, back.url)).status, 201);
});
