import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase, sqlState } from '@repo/postgres';
import { atTheEnd, createTestDatabase } from '@repo/testing';
import { databaseUrl, post, query } from './order-service.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

async function isRefused(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.equal(sqlState(error), INSUFFICIENT_PRIVILEGE, (error as Error).message);
    return true;
  });
}

test('rows can be added to the history of an order, and never changed', async () => {
  await post();

  await isRefused(query(`update order_history set status = 'confirmed'`));
  await isRefused(query(`delete from order_history`));
  await isRefused(query(`truncate order_history`));
});

const DDL = [
  'create table things (id uuid)',
  'create temporary table things (id uuid)',
  'create schema things',
  'alter table orders add column things text',
  'drop table orders',
  'truncate orders cascade',
  'create index on orders (total_cents)',
  'create role things',
];

for (const statement of DDL) {
  test(`the service may change rows and not tables: ${statement}`, () => isRefused(query(statement)));
}

test("the service's role cannot reach another service's database", async () => {
  const other = await createTestDatabase({ service: 'payment', migrations: null });
  const url = new URL(databaseUrl);
  url.pathname = new URL(other.url).pathname;
  const intruder = openDatabase({ url: url.href, name: 'test intruder', connections: 1 });
  atTheEnd(intruder.close);

  await isRefused(intruder.ping());
});
