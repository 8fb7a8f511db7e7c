import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from 'pg';
import { type Servers, startServers } from '../src/index.ts';
import { exchange } from '../src/servers/exchange.ts';
import { kafkaIsReady } from '../src/servers/kafka-ready.ts';

const dir = mkdtempSync(join(tmpdir(), 'servers-'));
const { POSTGRES_URL: _postgres, REDIS_URL: _redis, KAFKA_BROKERS: _kafka, ...env } = process.env;
const printed: string[] = [];
let servers: Servers | undefined;
after(async () => {
  await servers?.stop();
  rmSync(dir, { recursive: true });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query({ text, rowMode: 'array' });
  await client.end();
  return rows.flat();
}

function pidOf(name: string): number {
  const { processes } = JSON.parse(readFileSync(join(dir, 'processes.json'), 'utf8'));
  return processes.find((entry: { name: string }) => entry.name === name).pid;
}

test('the servers have the expected versions and settings, and a killed server returns with its data', async (t) => {
  servers = await startServers({ dir, env, print: (line) => printed.push(line) });
  const { postgresUrl, redisUrl, kafkaBrokers } = servers;
  const [redis, kafka] = [new URL(redisUrl), new URL(`kafka://${kafkaBrokers}`)];

  const durability = `select current_setting('fsync') || current_setting('synchronous_commit')`;
  assert.deepEqual(await query(postgresUrl, durability), ['onon']);
  assert.match(String(await query(postgresUrl, 'show server_version')), /^18\./);
  assert.match(String(await exchange(redis.hostname, Number(redis.port), 'PING\r\n')), /PONG/);
  assert.ok(await kafkaIsReady(kafka.hostname, Number(kafka.port)));

  await query(postgresUrl, 'create table kept as select 42 as answer');
  for (const name of ['postgres', 'redis', 'kafka']) process.kill(pidOf(name), 'SIGKILL');
  const isBack = (name: string) =>
    assert.ok(printed.includes(`${name} is running again`), printed.join('; '));
  for (const name of ['postgres', 'redis', 'kafka']) await t.waitFor(() => isBack(name), { timeout: 30_000 });

  assert.deepEqual(await query(postgresUrl, 'select answer from kept'), [42]);
  assert.ok(await kafkaIsReady(kafka.hostname, Number(kafka.port)));
});

test('a second start on the same folder is refused', async () => {
  await assert.rejects(startServers({ dir, env, print: () => {} }), /is already running on .* \(pid \d+\)/);
});

test('a server that the environment names and that does not answer is named by its variable', async () => {
  const given = {
    ...env,
    POSTGRES_URL: 'postgres://me:secret@127.0.0.1:1/x',
    REDIS_URL: 'redis://127.0.0.1:1',
  };
  const elsewhere = join(dir, 'elsewhere');
  await assert.rejects(
    startServers({ dir: elsewhere, env: { ...given, KAFKA_BROKERS: '127.0.0.1:1' }, print: () => {} }),
    (error: Error) =>
      /^(POSTGRES_URL|REDIS_URL|KAFKA_BROKERS) names a server/.test(error.message) &&
      !/secret/.test(error.message),
  );
});
