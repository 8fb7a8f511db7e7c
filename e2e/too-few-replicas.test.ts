import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StockReserved } from '@tenfold/contracts/inventory';
import { appendEvents, createKafka, createRelay, newEvent } from '@tenfold/events';
import { createLogger } from '@tenfold/observability';
import { migrate, openDatabase, sql } from '@tenfold/postgres';
import { createServiceDatabase, type Servers, startServers } from '@tenfold/stack';
import { eventually as eventuallySoon } from '@tenfold/testing';
import { ownEnvironment } from './own-environment.ts';

const dir = mkdtempSync(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), 'replicas-'));
let servers: Servers | undefined;
after(async () => {
  await servers?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function pidOf(name: string): number {
  const { processes } = JSON.parse(readFileSync(join(dir, 'processes.json'), 'utf8'));
  return processes.find((entry: { name: string }) => entry.name === name).pid;
}

async function createOutbox(postgresUrl: string): Promise<string> {
  const { appUrl, migratorUrl } = await createServiceDatabase(postgresUrl, {
    database: 'package',
    ...{ migratorRole: 'package_migrator', migratorPassword: randomUUID() },
    ...{ appRole: 'package_app', appPassword: randomUUID() },
  });
  await migrate({ url: migratorUrl, folder: join(import.meta.dirname, '../testing/migrations') });
  return appUrl;
}

const eventually = (condition: () => unknown, what: string) =>
  eventuallySoon(condition, { timeoutMs: 90_000, what });

const stockReserved = () => newEvent(StockReserved, { orderId: randomUUID(), version: 1 }, {});

test('a topic without enough replicas holds up no other topic, with 600 rows at its head', async (t) => {
  servers = await startServers({ dir, env: ownEnvironment({}), brokers: 3, say: () => {} });
  const log = createLogger('replicas-test', 'silent');
  const kafka = createKafka({ brokers: servers.kafkaBrokers.split(','), clientId: 'replicas-test', log });
  const url = await createOutbox(servers.postgresUrl);
  const database = openDatabase({ url, name: 'replicas test' });
  await kafka.createTopics([
    { topic: 'product.events', partitions: 6, config: { 'min.insync.replicas': '3' } },
    { topic: 'inventory.events', partitions: 6, config: {} },
  ]);
  const say = (topic: 'product.events' | 'inventory.events', count: number) =>
    database.transaction((tx) =>
      appendEvents(
        tx,
        Array.from({ length: count }, () => ({ ...stockReserved(), topic })),
      ),
    );
  const waiting = async (topic: string) => {
    const [row] = await database.query(sql<{ count: number }>`
      select count(*)::integer as count from outbox where topic = ${topic}`);
    return row?.count;
  };
  const relay = createRelay({ service: 'inventory', databaseUrl: url, database, kafka, log });

  const broker = pidOf('kafka-2');
  process.kill(broker, 'SIGSTOP');
  t.after(async () => {
    process.kill(broker, 'SIGCONT');
    await relay.stop();
    await database.close();
  });
  await say('product.events', 600);
  await say('inventory.events', 20);
  relay.start();
  await eventually(async () => (await waiting('inventory.events')) === 0, 'the other topic');
  for (let round = 0; round < 3; round++) {
    await say('product.events', 10);
    await say('inventory.events', 20);
    await eventually(async () => (await waiting('inventory.events')) === 0, 'the other topic, again');
  }
  assert.equal(await waiting('product.events'), 630);

  process.kill(broker, 'SIGCONT');
  await eventually(async () => (await waiting('product.events')) === 0, 'the products');
});
