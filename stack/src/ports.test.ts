import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { choosePorts } from './ports.ts';
import { freePort } from './processes/ports.ts';

/** Every port free, so that the tests do not mind a system that runs beside them. */
const free = {
  ...{ ORDER_PORT: '0', INVENTORY_PORT: '0', PAYMENT_PORT: '0', NOTIFICATION_PORT: '0' },
  ...{ PAYMENT_PROVIDER_PORT: '0', IDENTITY_PROVIDER_PORT: '0', MAILBOX_PORT: '0', MAILBOX_SMTP_PORT: '0' },
};

test('0 asks for a free port, and everybody gets another one', async () => {
  const ports = Object.values(await choosePorts(free));
  assert.equal(new Set(ports).size, ports.length);
  assert.ok(ports.every((port) => port > 1023));
});

test('a port that is named is taken as it is', async () => {
  const port = await freePort();
  assert.equal((await choosePorts({ ...free, ORDER_PORT: String(port) })).ORDER_PORT, port);
});

test('a port that is taken is named with its variable', async () => {
  const somebody = createServer().listen(0, '127.0.0.1');
  await once(somebody, 'listening');
  const { port } = somebody.address() as AddressInfo;
  await assert.rejects(choosePorts({ ...free, MAILBOX_PORT: String(port) }), {
    name: 'Failure',
    message: `Port ${port} is taken: set MAILBOX_PORT to another one, or to 0 for a free one.`,
  });
  somebody.close();
});

test('two variables cannot name one port, and a word is no port', async () => {
  const port = String(await freePort());
  await assert.rejects(
    choosePorts({ ...free, ORDER_PORT: port, PAYMENT_PORT: port }),
    /PAYMENT_PORT and ORDER_PORT/,
  );
  for (const wrong of ['x', '-1', '65536', '3001.5']) {
    await assert.rejects(choosePorts({ ...free, ORDER_PORT: wrong }), /ORDER_PORT is/);
  }
});
