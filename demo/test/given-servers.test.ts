import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  createServiceDatabase,
  databaseNames,
  exchange,
  quietKafka,
  type Servers,
  startServers,
  startSystem,
} from '@repo/stack';
import { openOwnFolder, ownEnvironment } from '@repo/testing';
import { Client } from 'pg';
import { stockProducts } from '../src/products.ts';
import { openShop } from '../src/shop.ts';
import { runCommand } from './run-command.ts';

// These servers play those of another owner, which several systems share.
let servers: Servers;
before(async () => {
  servers = await startServers({ dir: openOwnFolder(), env: ownEnvironment(), print: () => {} });
});
after(() => servers.stop());

function start(dir: string, more: Record<string, string> = {}) {
  const { postgresUrl, redisUrl, kafkaBrokers } = servers;
  const given = { POSTGRES_URL: postgresUrl, REDIS_URL: redisUrl, KAFKA_BROKERS: kafkaBrokers };
  return startSystem({ dir, env: { ...ownEnvironment(), ...given, ...more }, print: () => {} });
}

async function query(url: string, ...texts: string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const rows: unknown[] = [];
  for (const text of texts) rows.push(...(await client.query({ text, rowMode: 'array' })).rows.flat());
  await client.end();
  return rows;
}

const serviceRoles = () =>
  query(servers.postgresUrl, `select rolname from pg_roles where rolname ~ '_(app|migrator)$' order by 1`);
const topics = () => quietKafka({ brokers: servers.kafkaBrokers }, 'test').topics();

/** A system is not started where another system owns something, and nothing is changed. */
async function assertRefused(reason: RegExp): Promise<void> {
  const before = [await serviceRoles(), await topics()];
  const starting = start(openOwnFolder()).then(({ stop }) => stop());
  await assert.rejects(starting, { name: 'Failure', message: reason });
  assert.deepEqual([await serviceRoles(), await topics()], before);
}

const passwords = { migratorPassword: 'kept', appPassword: 'kept too' };

test('where another system owns a role or a database, a system is not started, and the other one keeps its password', async (t) => {
  const theirs = { ...databaseNames('inventory'), ...passwords, owner: { id: 'another' } };
  const { appUrl } = await createServiceDatabase(servers.postgresUrl, theirs);
  t.after(() =>
    query(
      servers.postgresUrl,
      'drop database inventory',
      'drop role inventory_app',
      'drop role inventory_migrator',
    ),
  );

  await assertRefused(
    /^POSTGRES_URL names a server that \S+ cannot use \(the role "inventory_\w+" does not belong to this system\): give each /,
  );

  assert.deepEqual(await query(appUrl, 'select current_user::text'), ['inventory_app']);
});

test('roles without an owner belong to another system too, except on a server of the system itself', async (t) => {
  await query(servers.postgresUrl, 'create role payment_app');
  t.after(() =>
    query(
      servers.postgresUrl,
      'drop database payment',
      'drop role payment_app',
      'drop role payment_migrator',
    ),
  );

  await assertRefused(/\(the role "payment_app" does not belong to this system\)/);

  const ours = { ...databaseNames('payment'), ...passwords, owner: { id: 'one', adopts: true } };
  await createServiceDatabase(servers.postgresUrl, ours);
  const again = { ...ours, owner: { id: 'two', adopts: true } };
  await assert.rejects(createServiceDatabase(servers.postgresUrl, again), /does not belong to this system/);
});

test('where another system owns topics, a system requires a prefix, and uses it from then on, in Redis too', async (t) => {
  const other = quietKafka({ brokers: servers.kafkaBrokers }, 'other');
  await other.createTopics([{ topic: 'order.events', partitions: 1, config: {} }]);
  await assertRefused(
    /^KAFKA_BROKERS names a Kafka whose topic "order.events" does not belong to \S+: set KAFKA_NAMESPACE to /,
  );

  const dir = openOwnFolder();
  const request = { lines: [{ sku: 'MOUSE', quantity: 1 }], paymentToken: 'tok_ok' };
  for (const run of ['first', 'second']) {
    const system = await start(dir, { KAFKA_NAMESPACE: 'two.' });
    try {
      const shop = await openShop(system.running);
      await stockProducts(shop);
      const { id } = await shop.placeOrder(request, { patienceMs: 10_000 });
      const isConfirmed = async () =>
        assert.match(await runCommand(dir, 'events', '--order', id), /order\.confirmed/, run);
      await t.waitFor(isConfirmed, { timeout: 60_000 });
      const isCached = async () => {
        await fetch(`${system.running.services.inventory.url}/v1/products/MOUSE`);
        const { hostname, port } = new URL(servers.redisUrl);
        const keys = String(await exchange(hostname, Number(port), 'KEYS *\r\n'));
        assert.match(keys, /tenfold\.\S+:products:/);
        assert.doesNotMatch(keys, /^products:/m);
      };
      // A cached product lasts for three seconds.
      await t.waitFor(isCached, { timeout: 60_000 });
    } finally {
      await system.stop();
    }
  }
  assert.ok((await topics()).includes('two.order.events'));
  const untouched = { 'order.events': [{ low: 0n, high: 0n }] };
  assert.deepEqual(await other.endOffsets(['order.events']), untouched);
});
