import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { fillShelves } from '../src/demo/products.ts';
import { openShop } from '../src/demo/shop.ts';
import { type Detour, type System, startSystem } from '../src/index.ts';
import { ownEnvironment } from './own-environment.ts';
import { openOwnFolder } from './own-folder.ts';
import { openProxy, type Way } from './proxy.ts';

const dir = openOwnFolder();
const proxies = new Map<string, Way>();
let system: System | undefined;
after(async () => {
  await system?.stop();
  for (const proxy of proxies.values()) proxy.cut();
});

const detour: Detour = async (name, port) => {
  const proxy = await openProxy(port);
  proxies.set(name, proxy);
  return proxy.port;
};

async function statusOf(orderId: string): Promise<string> {
  const url = new URL(system?.running.servers.postgres.url ?? '');
  url.pathname = '/order';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  const { rows } = await client.query('select status from orders where id = $1', [orderId]);
  await client.end();
  return rows[0]?.status;
}

test('the services take the detour to each server, also where Kafka tells them to come; nobody else does', async (t) => {
  system = await startSystem({ dir, env: ownEnvironment, say: () => {}, detour });
  const { postgres, redis, kafka } = system.running.servers;
  const direct = [postgres.url, redis.url, kafka.brokers, system.running.external['payment-provider'].url];
  for (const { port } of proxies.values()) assert.ok(!direct.some((address) => address.includes(`:${port}`)));

  const shop = await openShop(system.running);
  await fillShelves(shop);
  const wish = { lines: [{ sku: 'MOUSE', quantity: 1 }], paymentToken: 'tok_ok' };
  const first = await shop.placeOrder(wish, { patienceMs: 10_000 });
  const isConfirmed = async (id: string) => assert.equal(await statusOf(id), 'confirmed');
  await t.waitFor(() => isConfirmed(first.id), { timeout: 60_000 });
  for (const name of ['postgres', 'redis', 'kafka', 'payment-provider'])
    assert.ok(Number(proxies.get(name)?.visitors()) > 0, `nobody came to ${name}`);

  const way = proxies.get('kafka');
  way?.cut();
  const second = await shop.placeOrder(wish);
  const log = () => readFileSync(join(dir, 'logs', 'order.log'), 'utf8');
  const finds = () => assert.match(log(), new RegExp(`ECONNREFUSED 127.0.0.1:${way?.port}`));
  await t.waitFor(finds, { timeout: 60_000 });
  assert.equal(await statusOf(second.id), 'placed');
  await way?.mend();
  await t.waitFor(() => isConfirmed(second.id), { timeout: 60_000 });
});

test('a further process of a service has a port and a log of its own, and is kept up and stopped like any other', async (t) => {
  assert.ok(system);
  const { addReplica, pidOf, control } = system;
  const { name, url } = await addReplica('order');
  assert.equal(name, 'order-2');
  assert.notEqual(url, system.running.services.order.url);
  const status = async () => (await fetch(`${url}/readyz`)).status;
  assert.equal(await status(), 200);
  assert.match(readFileSync(join(dir, 'logs', 'order-2.log'), 'utf8'), /"service":"order"/);

  const before = pidOf(name);
  process.kill(Number(before), 'SIGKILL');
  const isNew = () => assert.ok(pidOf(name) !== null && pidOf(name) !== before);
  await t.waitFor(isNew, { timeout: 60_000 });
  assert.equal(await status(), 200);
  await control('stop', name);
  assert.equal(pidOf(name), null);
  assert.ok(pidOf('order'));
  await assert.rejects(status());
  assert.equal((await addReplica('order')).name, 'order-3');
});

const quiet = '--disable-warning=TimeoutNegativeWarning';

/** What a command says to a person who types it. */
async function typed(name: string, ...args: string[]): Promise<string> {
  const command = join(import.meta.dirname, '../src/commands', `${name}.ts`);
  const env = { ...process.env, TENFOLD_DIR: dir };
  const run = promisify(execFile)(process.execPath, [quiet, command, ...args], { env });
  return run.then(
    ({ stdout }) => stdout,
    ({ stderr }) => stderr,
  );
}

test('a person sees how every process is doing, sends what makes no sense, and sees where it is stuck', async (t) => {
  assert.match(await typed('stack', 'status'), /^order-2 +down .*^order +0 +0 +0 +0$/ms);
  assert.match(await typed('stack', 'explode', 'order'), /^There is no "explode": say status, stop, /);
  assert.match(await typed('stack', 'stop', 'ordre'), /^There is no process "ordre" here; there are /);

  const key = randomUUID();
  assert.match(await typed('events', '--order', key), /^Nobody has said anything about an order/);
  const published = await typed('events', '--publish', 'order.confirmed', '--key', key, '--data', 'no JSON');
  assert.match(published, /^published order\.confirmed about .* on order\.events/);
  const isStuck = async () => assert.match(await typed('stack', 'status'), /^notification +1$/m);
  await t.waitFor(isStuck, { timeout: 60_000 });
  assert.match(await typed('dead-letters', 'list', '--key', key), /malformed +order\.confirmed/);
  assert.match(await typed('token', '--customer', 'ada'), /^--customer is a UUID, such as .*, not "ada"/);
});

test('a detour to a server that the environment names is refused', async () => {
  const env = { ...ownEnvironment, REDIS_URL: 'redis://127.0.0.1:1' };
  const elsewhere = startSystem({ dir: join(dir, 'elsewhere'), env, say: () => {}, detour });
  await assert.rejects(elsewhere, /A detour leads to a server of our own, and REDIS_URL names another/);
});
