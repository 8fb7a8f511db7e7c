import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKafka } from '@repo/events';
import { createLogger } from '@repo/observability';
import { openOwnFolder, ownEnvironment } from '@repo/testing';
import { type Servers, startServers } from '../src/index.ts';
import { isInCluster } from '../src/servers/kafka-ready.ts';

const dir = openOwnFolder();
const env = ownEnvironment();
let servers: Servers | undefined;
after(async () => {
  await servers?.stop();
});

function pidOf(name: string): number {
  const { processes } = JSON.parse(readFileSync(join(dir, 'processes.json'), 'utf8'));
  return processes.find((entry: { name: string }) => entry.name === name)?.pid;
}

test('of three brokers one may be killed: publishing continues, and the broker returns on its address', async (t) => {
  servers = await startServers({ dir, env, brokers: 3, print: () => {} });
  const brokers = servers.kafkaBrokers.split(',');
  const isThere = (broker: number) =>
    isInCluster('127.0.0.1', Number(brokers[broker]?.split(':')[1]), broker + 1);
  const areAllThere = async () => {
    for (const broker of [0, 1, 2]) assert.ok(await isThere(broker));
  };
  await t.waitFor(areAllThere, { timeout: 60_000 });

  const kafka = createKafka({ brokers, clientId: 'brokers-test', log: createLogger('test', 'silent') });
  // A topic that requires three replicas in sync is writable only while there are three.
  const topics = [
    { topic: 'kept', partitions: 6, config: {} },
    { topic: 'wants-three', partitions: 1, config: { 'min.insync.replicas': '3' } },
  ];
  await t.waitFor(() => kafka.createTopics(topics), { timeout: 60_000 });
  const publisher = await kafka.openPublisher();
  const records = Array.from({ length: 24 }, (_, n) => ({ key: `${n}`, value: '{}', headers: {} }));
  // As relays do: records whose outcome is unknown are published again.
  const publish = (topic: string) =>
    t.waitFor(() => publisher.publish([{ topic, records }]), { timeout: 60_000 });
  await publish('kept');
  await publish('wants-three');

  process.kill(pidOf('kafka-2'), 'SIGKILL');
  await publish('kept');
  const holdsAll = async () => {
    const { kept = [] } = await kafka.endOffsets(['kept']);
    const held = kept.reduce((sum, { high }) => sum + Number(high), 0);
    assert.ok(held >= 48, `${held} records`);
  };
  // A new leader shows the last records a moment later.
  await t.waitFor(holdsAll, { timeout: 60_000 });
  const isBack = async () => assert.ok(await isThere(1));
  await t.waitFor(isBack, { timeout: 60_000 });
  await publish('wants-three');
  await publisher.close();
});

test('a folder of three brokers is not started with one', async () => {
  await servers?.stop();
  const one = startServers({ dir, env, print: () => {} });
  await assert.rejects(one, /has several brokers: start the same number, or use another folder/);
});
