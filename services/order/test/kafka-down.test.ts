import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { close, post, query, said, startReplica } from './order-service.ts';

const LIMITS = { ADMISSION_MAX_OPEN_ORDERS: '3', ADMISSION_MAX_OUTBOX_ROWS: '12' };

test('while Kafka is away orders are accepted until so many events wait, and after it all of them are announced', async () => {
  // The first process, which has got the prices, ends: nobody is left who could publish.
  await close();
  const away = await startReplica({ ...LIMITS, KAFKA_BROKERS: '127.0.0.1:1' });
  const placed: string[] = [];
  const place = async (key: string) => {
    const { status, headers, body } = await post({ key }, away.url);
    if (status === 201) placed.push(body.id);
    return { status, headers, body };
  };

  // As if more time had passed.
  const wait = () => query(`update outbox set created_at = created_at - interval '1 minute'`);
  const placeAndWait = async () => (await place(randomUUID())) && (await wait()) && placed.length === 12;
  await eventually(placeAndWait, { what: 'as many orders as may wait' });

  const key = randomUUID();
  // Until the next count, those that were just taken look like orders on their way.
  const refused = await eventually(async () => {
    const answer = await place(key);
    return /events wait to be published/.test(answer.body.detail) && answer;
  });
  assert.equal(refused.status, 503);
  assert.match(refused.body.type, /\/overloaded$/);
  assert.ok(Number(refused.headers.get('retry-after')) >= 10);
  const [waiting] = await query<{ rows: number }>('select count(*) as rows from outbox');
  assert.equal(waiting?.rows, 12);
  await away.close();

  const back = await startReplica();

  await eventually(() => placed.every((id) => said.some((event) => event.key === id)), {
    what: 'all orders to be announced',
  });
  assert.equal((await post({ key }, back.url)).status, 201);
});
