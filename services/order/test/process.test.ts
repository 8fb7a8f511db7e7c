import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { createBalancer } from './balancer.ts';
import { assertEnded, limit, spawnService } from './order-process.ts';
import { close, newCustomer, post, query } from './order-service.ts';

// The service runs as a process of its own.
await close();

test('processes start and stop under load: no request fails, and no order is placed twice', async () => {
  // Long enough for a busy machine.
  const env = { ...limit, DRAIN_SECONDS: '1.5' };
  const customer = await newCustomer();
  const balancer = createBalancer();
  const failures: unknown[] = [];
  const placed: string[] = [];
  let shopping = true;

  async function shop(): Promise<void> {
    while (shopping) {
      try {
        const { status, text, body } = await post({ token: customer.token }, balancer.next());
        if (status === 201) placed.push(body.id);
        else failures.push(text);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  const until = (count: number) =>
    eventually(() => placed.length >= count, { what: `${count} orders`, timeoutMs: 30_000 });

  const [one, other] = await Promise.all([spawnService(env), spawnService(env)]);
  await Promise.all([balancer.add(one.url), balancer.add(other.url)]);
  const shoppers = Array.from({ length: 8 }, shop);
  await until(100);
  assertEnded(await one.end());
  balancer.remove(one.url);
  const next = await spawnService(env);
  await balancer.add(next.url);
  await until(placed.length + 100);
  assertEnded(await other.end());
  balancer.remove(other.url);
  await until(placed.length + 100);
  shopping = false;
  await Promise.all(shoppers);
  assertEnded(await next.end());

  assert.deepEqual(failures, []);
  const stored = await query<{ id: string }>('select id from orders where customer_id = $1', [customer.id]);
  assert.deepEqual(stored.map(({ id }) => id).sort(), placed.sort());
});
