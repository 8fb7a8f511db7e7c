import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { createServiceDatabase, databaseNames } from '../system/service-databases.ts';
import { readOnly } from './read-only.ts';

/** The greeting of a Postgres without authentication (the protocol's AuthenticationOk and ReadyForQuery). */
const WELCOME = Buffer.from('5200000008000000005a0000000549', 'hex');

/** The address of a Postgres that closes the connection on the first query. */
async function openLeavingPostgres(t: { after(done: () => void): void }): Promise<string> {
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(WELCOME);
      socket.once('data', () => socket.destroy());
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `postgres://somebody:secret@127.0.0.1:${(server.address() as AddressInfo).port}/order`;
}

test('a connection that is lost during a query is reported in one sentence', async (t) => {
  const url = await openLeavingPostgres(t);
  await assert.rejects(readOnly(url, 'select 1'), {
    name: 'Failure',
    message: 'Postgres: Connection terminated unexpectedly',
  });
});

test('a connection that is lost while a database is created is an error like any other', async (t) => {
  const url = await openLeavingPostgres(t);
  const wanted = { migratorPassword: 'a', appPassword: 'b', owner: { id: 'c' } };
  const making = createServiceDatabase(url, { ...databaseNames('order'), ...wanted });
  await assert.rejects(making, /^Error: Connection terminated unexpectedly$/);
});
