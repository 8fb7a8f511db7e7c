import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKafka, type OutgoingRecord } from '@repo/events';
import { createLogger } from '@repo/observability';
import { type OpenProxy, openEventReader, publishByHand, type System, startSystem } from '@repo/stack';
import { Client } from 'pg';
import { stockProducts } from '../src/products.ts';
import { openShop } from '../src/shop.ts';
import { ownEnvironment } from './own-environment.ts';
import { openOwnFolder } from './own-folder.ts';
import { openProxy, type Way } from './proxy.ts';
import { assertPrintable, runCommand } from './run-command.ts';
import { STRANGE_LINES, STRANGE_QUERY, strangeRecords } from './strange-records.ts';

const dir = openOwnFolder();
const run = (name: string, ...args: string[]) => runCommand(dir, name, ...args);
const proxies = new Map<string, Way>();
let system: System | undefined;
after(async () => {
  await system?.stop();
  for (const proxy of proxies.values()) proxy.cut();
});

const throughProxy: OpenProxy = async (name, port) => {
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
  system = await startSystem({ dir, env: ownEnvironment, print: () => {}, openProxy: throughProxy });
  const { postgres, redis, kafka } = system.running.servers;
  const direct = [postgres.url, redis.url, kafka.brokers, system.running.external['payment-provider'].url];
  for (const { port } of proxies.values()) assert.ok(!direct.some((address) => address.includes(`:${port}`)));

  const shop = await openShop(system.running);
  await stockProducts(shop);
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

test('a person sees how every process is doing, sends what makes no sense, and sees where it is stuck', async (t) => {
  const isIdle = async () =>
    assert.match(await run('stack', 'status'), /^order-2 +down .* lag$.*^order +0 +0 +0 +0 +0$/ms);
  await t.waitFor(isIdle, { timeout: 60_000 });
  assert.match(await run('stack', 'explode', 'order'), /^There is no "explode": say status, stop, /);
  assert.match(await run('stack', 'stop', 'ordre'), /^There is no process "ordre" here; there are /);

  const key = randomUUID();
  assert.match(await run('events', '--order', key), /^There are no events of the order/);
  const published = await run('events', '--publish', 'order.confirmed', '--key', key, '--data', 'no JSON');
  assert.match(published, /^published order\.confirmed about .* on order\.events/);
  const isStuck = async () => assert.match(await run('stack', 'status'), /^inventory +0 +0 +1 +0$/m);
  await t.waitFor(isStuck, { timeout: 60_000 });
  assert.match(await run('dead-letters', 'list', '--key', key), /malformed +order\.confirmed/);
  assert.match(await run('token', '--customer', 'ada'), /^--customer is a UUID, such as .*, not "ada"/);
});

/** Publishes records as anybody may who reaches Kafka. */
async function publish(records: OutgoingRecord[]): Promise<void> {
  const brokers = system?.running.servers.kafka.brokers.split(',') ?? [];
  const kafka = createKafka({ brokers, clientId: 'anybody', log: createLogger('anybody', 'silent') });
  const publisher = await kafka.openPublisher();
  for (const record of records) await publisher.publish([{ topic: 'order.events', records: [record] }]);
  await publisher.close();
}

test('the commands show events to the end, whatever stands on a topic', async () => {
  await publish(strangeRecords);
  const shown = await run('events');
  assertPrintable(shown);
  assert.doesNotMatch(shown, /s3cret/);
  assert.ok(shown.split('\n').length > strangeRecords.length);
  assert.match(shown, /order\.cancelled +strange \(no value\)$/m);

  const id = randomUUID();
  await run('events', '--publish', 'order.confirmed', '--key', id, '--data', '{}');
  assert.match(await run('events', '--order', id.toUpperCase()), /order\.confirmed +\S+ \{\}\n$/);
  assert.match(
    await run('events', '--publish', 'order.confirmed', '--key', '', '--data', ''),
    /an empty key/,
  );
  assert.match(await run('order', '--sku', 'MOUSE'), /confirmed after/);
});

test('a reader whose callback throws goes on with the records after, and says so', async () => {
  const complaints: string[] = [];
  let calls = 0;
  const fail = () => {
    calls++;
    throw new Error('a bug');
  };
  const brokers = system?.running.servers.kafka.brokers ?? '';
  const never = new AbortController().signal;
  const reader = await openEventReader({ brokers }, never, fail, (line) => complaints.push(line));
  await reader.untilCaughtUp();
  await reader.close();

  assert.ok(calls > 0);
  assert.equal(complaints.length, calls, 'no batch came twice');
  assert.match(complaints[0] ?? '', /^records from \S+ \d \d+ on could not be shown \(a bug\)$/);
});

test('an event that is too large for Kafka is refused in one sentence', async () => {
  const brokers = system?.running.servers.kafka.brokers ?? '';
  const large = { type: 'order.confirmed', key: 'k', data: 'x'.repeat(2_000_000) };
  await assert.rejects(publishByHand({ brokers }, large), {
    name: 'Failure',
    message:
      /^Kafka refuses it for good, with 1 bytes of key and 2000000 of data \(MESSAGE_TOO_LARGE: [^\n]+\)\.$/,
  });
});

test('dead letters of any bytes are listed, found by their key, shown and discarded', async (t) => {
  const areAllPutAside = async () => assert.match(await run('stack', 'status'), /^inventory +0 +0 +\d+ +0$/m);
  await t.waitFor(areAllPutAside, { timeout: 60_000 });
  assertPrintable(await run('dead-letters', 'list'));
  const listed = await run('dead-letters', 'list', '--service', 'inventory', '--json');
  assertPrintable(listed);
  const letters = listed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(
    letters.some(({ value }) => value === null) && letters.some(({ valueForm }) => valueForm === 'escaped'),
  );

  for (const key of ['a key of words', 'line\nend\u001b[2J', '\\x00\\x01\\x02\\xff', 'long '.repeat(600)])
    assert.match(await run('dead-letters', 'list', '--key', key), /malformed +order\.cancelled/, key);
  const first = letters.filter(({ kind }) => kind !== 'behind');
  const ids = first.map(({ id }) => id.toUpperCase());
  const shown = await run('dead-letters', 'show', ...ids);
  assertPrintable(shown, { longest: 1_100_000 });
  for (const { id } of first) assert.match(shown, new RegExp(`"id": "${id}"`));
  const [replayed = '', ...discarded] = ids;
  assert.match(await run('dead-letters', 'replay', replayed), /^replaying /);
  const outcome = await run('dead-letters', 'discard', ...discarded, '--reason', 'strange');
  assert.equal(outcome.match(/^discarded /gm)?.length, discarded.length);
  assert.match(await run('dead-letters', 'show', 'x'), /^A dead letter's ID is a UUID, not "x"/);
});

test('logs and databases of any content are shown', async () => {
  appendFileSync(join(dir, 'logs', 'order.log'), `${STRANGE_LINES.join('\n')}\n`);
  assertPrintable(await run('logs'));
  const shown = await run('sql', 'order', STRANGE_QUERY);
  assertPrintable(shown);
  assert.match(
    shown,
    /^infinity +0044-03-15 .*BC +294276-12-31 .* 9223372036854775807 +\\x00ff +a\\x1b\[2J\\x0a/m,
  );
  assert.equal(shown.trimEnd().split('\n').length, 4);
  assert.match(await run('sql', 'constructor'), /^There is no service "constructor"/);
});

test('while Kafka hangs, the status comes all the same, and says so', async () => {
  await system?.control('pause', 'kafka');
  const shown = await run('stack', 'status');
  assert.match(shown, /^order +\d.* \?$/m);
  assert.match(shown, /^The lag is not known \(Kafka gave no answer within 3 s\)\.$/m);
  await system?.control('resume', 'kafka');
});

test('a proxy before a server that the environment names is refused', async () => {
  const env = { ...ownEnvironment, REDIS_URL: 'redis://127.0.0.1:1' };
  const elsewhere = startSystem({
    dir: join(dir, 'elsewhere'),
    env,
    print: () => {},
    openProxy: throughProxy,
  });
  await assert.rejects(elsewhere, /A proxy is for servers of the stack itself: leave REDIS_URL out/);
});
