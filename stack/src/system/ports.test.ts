import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../supervisor/processes/free-port.ts';
import { freePorts, portVariables } from '../topology.ts';
import { choosePorts } from './ports.ts';

const [first = '', second = ''] = portVariables;

test('0 asks for a free port, a different one for each process', async () => {
  const ports = Object.values(await choosePorts(freePorts));
  assert.equal(new Set(ports).size, ports.length);
  assert.ok(ports.every((port) => port > 1023));
});

test('a named port is used', async () => {
  const port = await freePort();
  assert.equal(
    (await choosePorts({ ...freePorts, IDENTITY_PROVIDER_PORT: String(port) })).IDENTITY_PROVIDER_PORT,
    port,
  );
});

test('a port in use is named with its variable', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await assert.rejects(choosePorts({ ...freePorts, IDENTITY_PROVIDER_PORT: String(port) }), {
    name: 'Failure',
    message: `Port ${port} is in use: set IDENTITY_PROVIDER_PORT to another one, or to 0 for a free one.`,
  });
  other.close();
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
