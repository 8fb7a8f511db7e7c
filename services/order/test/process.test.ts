import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { createBalancer } from './balancer.ts';
import { assertEnded, spawnService } from './order-process.ts';
import { close, newCustomer, post, query } from './order-service.ts';

/** A quarter is for the drain at most. */
const SHUTDOWN_SECONDS = 20;

// The service runs as a process of its own.
await close();

test('processes start and stop under load: no request fails, and no order is placed twice', async () => {
  // On a busy machine the balancer may take seconds to notice that a process is no longer ready.
  const env = { SHUTDOWN_SECONDS: String(SHUTDOWN_SECONDS), DRAIN_SECONDS: '4' };
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
  assertEnded(await one.end(), SHUTDOWN_SECONDS);
  balancer.remove(one.url);
  const next = await spawnService(env);
  await balancer.add(next.url);
  await until(placed.length + 100);
  assertEnded(await other.end(), SHUTDOWN_SECONDS);
  balancer.remove(other.url);
  await until(placed.length + 100);
  shopping = false;
  await Promise.all(shoppers);
  assertEnded(await next.end(), SHUTDOWN_SECONDS);

  assert.deepEqual(failures, []);
  const stored = await query<{ id: string }>('select id from orders where customer_id = $1', [customer.id]);
  assert.deepEqual(stored.map(({ id }) => id).sort(), placed.sort());
});
