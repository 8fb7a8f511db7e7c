import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { refuseOld, refuseUsedPorts } from './check-docker.ts';
import { type Container, explainContainer } from './explain-containers.ts';
import { keepInFolder } from './keep-in-folder.ts';
import { refuseOtherMajor } from './postgres-volume.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenfold-containers-'));
after(() => rmSync(folder, { recursive: true }));

const container = (State: Partial<Container['State']>): Container => ({
  Id: 'f00',
  State: { Status: 'running', ExitCode: 0, OOMKilled: false, StartedAt: '2026-01-01T00:00:00Z', ...State },
  HostConfig: { Memory: 384 * 2 ** 20 },
  Config: { Labels: { 'com.docker.compose.service': 'order' } },
});

test('a container that does not run is explained in one sentence with the next step', () => {
  const sentences = [
    container({ Status: 'exited', ExitCode: 137, OOMKilled: true }),
    container({ Health: { Status: 'unhealthy' } }),
    container({ Status: 'exited', ExitCode: 1 }),
  ].map((one) => explainContainer(one, () => ''));
  assert.deepEqual(sentences, [
    'order needed more memory than its limit of 384 MB: raise its mem_limit in docker-compose.yml.',
    'order does not become healthy: docker compose logs order shows why.',
    'order ended with status 1: docker compose logs order shows why.',
  ]);
  for (const State of [{}, { Status: 'exited', ExitCode: 0 }, { Health: { Status: 'healthy' } }])
    assert.equal(explainContainer(container(State)), undefined);
});

test('a failed step is explained by the last line of its log', () => {
  const failed = container({ Status: 'exited', ExitCode: 1 });
  const explain = (log: string) => explainContainer(failed, () => log);
  assert.equal(
    explain('All passwords are there.\nThe volume of Postgres holds data of version 17.\n'),
    'order ended with status 1: The volume of Postgres holds data of version 17.',
  );
  const line = JSON.stringify({ level: 60, msg: 'the migrate step failed', err: { message: 'no database' } });
  assert.equal(explain(line), 'order ended with status 1: the migrate step failed: no database');
});

test('a version that is too old is named with the required one', () => {
  assert.throws(
    () => refuseOld('Docker compose', '2.26.9', [2, 27]),
    /too old \(2\.26\.9\): version 2\.27 or/,
  );
  for (const version of ['2.27.0', 'v2.40.3-3', '5.0.1']) refuseOld('Docker compose', version, [2, 27]);
});

test('a port in use is named with its variable', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as { port: number };
  await assert.rejects(
    refuseUsedPorts({ GATEWAY_PORT: port }),
    new RegExp(`Port ${port} is in use: set GATEWAY_PORT`),
  );
  await new Promise((closed) => server.close(closed));
  await refuseUsedPorts({ GATEWAY_PORT: port });
});

test('data of another major version of Postgres is refused', () => {
  const volume = join(folder, 'postgres');
  mkdirSync(join(volume, '18'), { recursive: true });
  refuseOtherMajor(volume, '18');
  mkdirSync(join(volume, '17'));
  assert.throws(() => refuseOtherMajor(volume, '18'), /data of version 17, and this is 18: move it/);
});

test('credentials are stored once, each in a folder of its own', async () => {
  const keep = keepInFolder(join(folder, 'credentials'));
  assert.equal(await keep('order-database', { url: 'postgres://first' }), true);
  assert.equal(await keep('order-database', { url: 'postgres://second' }), false);
  assert.equal(readFileSync(join(folder, 'credentials/order-database/url'), 'utf8'), 'postgres://first');
  assert.deepEqual(readdirSync(join(folder, 'credentials')), ['order-database']);
});
