import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../supervisor/processes/free-port.ts';
import { freePorts, portVariables } from '../topology.ts';
import { choosePorts } from './ports.ts';

const [first = '', second = ''] = portVariables;

test('0 asks for a free port, and everybody gets another one', async () => {
  const ports = Object.values(await choosePorts(freePorts));
  assert.equal(new Set(ports).size, ports.length);
  assert.ok(ports.every((port) => port > 1023));
});

test('a port that is named is taken as it is', async () => {
  const port = await freePort();
  assert.equal(
    (await choosePorts({ ...freePorts, IDENTITY_PROVIDER_PORT: String(port) })).IDENTITY_PROVIDER_PORT,
    port,
  );
});

test('a port that is taken is named with its variable', async () => {
  const somebody = createServer().listen(0, '127.0.0.1');
  await once(somebody, 'listening');
  const { port } = somebody.address() as AddressInfo;
  await assert.rejects(choosePorts({ ...freePorts, IDENTITY_PROVIDER_PORT: String(port) }), {
    name: 'Failure',
    message: `Port ${port} is taken: set IDENTITY_PROVIDER_PORT to another one, or to 0 for a free one.`,
  });
  somebody.close();
});

test('two variables cannot name one port, and a word is no port', async () => {
  const port = String(await freePort());
  await assert.rejects(
    choosePorts({ ...freePorts, [first]: port, [second]: port }),
    new RegExp(`${second} and ${first}|${first} and ${second}`),
  );
  for (const wrong of ['x', '-1', '65536', '3001.5']) {
    await assert.rejects(choosePorts({ ...freePorts, [first]: wrong }), new RegExp(`${first} is`));
  }
});
