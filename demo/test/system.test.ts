import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKafka, type OutgoingRecord } from '@repo/events';
import { createLogger } from '@repo/observability';
import {
  createFaultyProxy,
  type FaultyProxy,
  type OpenProxy,
  openEventReader,
  publishByHand,
  type System,
  startSystem,
} from '@repo/stack';
import { openOwnFolder, ownEnvironment } from '@repo/testing';
import { Client } from 'pg';
import { stockProducts } from '../src/products.ts';
import { openShop } from '../src/shop.ts';
import { assertPrintable, runCommand } from './run-command.ts';
import { STRANGE_LINES, STRANGE_QUERY, strangeRecords } from './strange-records.ts';

const dir = openOwnFolder();
const run = (name: string, ...args: string[]) => runCommand(dir, name, ...args);
const proxies = new Map<string, FaultyProxy>();
let system: System | undefined;
after(async () => {
  await system?.stop();
  await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
});

const throughProxy: OpenProxy = async (name, port) => {
  const proxy = await createFaultyProxy(`tcp://127.0.0.1:${port}`);
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

test('only the services use the proxies, also the one that Kafka advertises', async (t) => {
  system = await startSystem({ dir, env: ownEnvironment(), print: () => {}, openProxy: throughProxy });
  const { postgres, redis, kafka } = system.running.servers;
  const direct = [postgres.url, redis.url, kafka.brokers, system.running.external['payment-provider'].url];
  for (const { port } of proxies.values()) assert.ok(!direct.some((address) => address.includes(`:${port}`)));

  const shop = await openShop(system.running);
  await stockProducts(shop);
  const request = { lines: [{ sku: 'MOUSE', quantity: 1 }], paymentToken: 'tok_ok' };
  const first = await shop.placeOrder(request, { patienceMs: 10_000 });
  const isConfirmed = async (id: string) => assert.equal(await statusOf(id), 'confirmed');
  await t.waitFor(() => isConfirmed(first.id), { timeout: 60_000 });
  for (const name of ['postgres', 'redis', 'kafka', 'payment-provider'])
    assert.ok(Number(proxies.get(name)?.connections()) > 0, `no connection to ${name}`);

  const proxy = proxies.get('kafka') as FaultyProxy;
  proxy.cut();
  const second = await shop.placeOrder(request);
  const log = () => readFileSync(join(dir, 'logs', 'order.log'), 'utf8');
  const finds = () => assert.match(log(), new RegExp(`ECONNREFUSED 127.0.0.1:${proxy.port}`));
  await t.waitFor(finds, { timeout: 60_000 });
  assert.equal(await statusOf(second.id), 'placed');
  await proxy.restore();
  await t.waitFor(() => isConfirmed(second.id), { timeout: 60_000 });
});

test('a replica of a service has its own port and log, and is restarted and stopped like any other process', async (t) => {
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
  const isNew = async () => {
    assert.ok(pidOf(name) !== null && pidOf(name) !== before);
    assert.equal(await status(), 200);
  };
  await t.waitFor(isNew, { timeout: 60_000 });
  await control('stop', name);
  assert.equal(pidOf(name), null);
  assert.ok(pidOf('order'));
  await assert.rejects(status());
  assert.equal((await addReplica('order')).name, 'order-3');
});

test('an operator sees the status of every process, publishes an invalid event, and sees where it is stuck', async (t) => {
  const isIdle = async () =>
    assert.match(await run('stack', 'status'), /^order-2 +down .* lag$.*^order +0 +0 +0 +0 +0$/ms);
  await t.waitFor(isIdle, { timeout: 60_000 });
  assert.match(await run('stack', 'explode', 'order'), /^There is no "explode"; there are status, stop, /);
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

/** Publishes records as any client of Kafka can. */
async function publish(records: OutgoingRecord[]): Promise<void> {
  const brokers = system?.running.servers.kafka.brokers.split(',') ?? [];
  const kafka = createKafka({ brokers, clientId: 'anybody', log: createLogger('anybody', 'silent') });
  const publisher = await kafka.openPublisher();
  for (const record of records) await publisher.publish([{ topic: 'order.events', records: [record] }]);
  await publisher.close();
}

test('the commands print all events, whatever a topic contains', async () => {
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

test('a reader whose callback throws reports it, and continues with the records after', async () => {
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
  assert.equal(complaints.length, calls, 'no batch was redelivered');
  assert.match(complaints[0] ?? '', /^records from \S+ \d \d+ onwards could not be shown \(a bug\)$/);
});

test('an event that is too large for Kafka is refused in one sentence', async () => {
  const brokers = system?.running.servers.kafka.brokers ?? '';
  const large = { type: 'order.confirmed', key: 'k', data: 'x'.repeat(2_000_000) };
  await assert.rejects(publishByHand({ brokers }, large), {
    name: 'Failure',
    message:
      /^Kafka refuses it permanently, with 1 bytes of key and 2000000 of data \(MESSAGE_TOO_LARGE: [^\n]+\)\.$/,
  });
});

test('dead letters of any bytes are listed, found by their key, shown and discarded', async (t) => {
  const areAllPutAside = async () => assert.match(await run('stack', 'status'), /^inventory +0 +0 +\d+ +0$/m);
  await t.waitFor(areAllPutAside, { timeout: 60_000 });
  assertPrintable(await run('dead-letters', 'list'));
  const listed = await run('dead-letters', 'list', '--service', 'inventory', '--json');
  assertPrintable(listed);
  const deadLetters = listed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(
    deadLetters.some(({ value }) => value === null) &&
      deadLetters.some(({ valueForm }) => valueForm === 'escaped'),
  );

  for (const key of ['a key of words', 'line\nend\u001b[2J', '\\x00\\x01\\x02\\xff', 'long '.repeat(600)])
    assert.match(await run('dead-letters', 'list', '--key', key), /malformed +order\.cancelled/, key);
  const first = deadLetters.filter(({ kind }) => kind !== 'behind');
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

test('logs and databases of any content are printed', async () => {
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

test('while Kafka hangs, the status is still printed, and reports that', async () => {
  await system?.control('pause', 'kafka');
  const shown = await run('stack', 'status');
  assert.match(shown, /^order +\d.* \?$/m);
  assert.match(shown, /^The lag is unknown \(Kafka gave no answer within 3 s\)\.$/m);
  await system?.control('resume', 'kafka');
});

test('a proxy before a server that the environment names is refused', async () => {
  const env = { ...ownEnvironment(), REDIS_URL: 'redis://127.0.0.1:1' };
  const elsewhere = startSystem({
    dir: join(dir, 'elsewhere'),
    env,
    print: () => {},
    openProxy: throughProxy,
  });
  await assert.rejects(elsewhere, /A proxy is for servers of the stack itself: leave REDIS_URL out/);
});
