import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statementToCopy, statementToKeep, tablesToCopy } from './copies.ts';

const columns = [
  { table: 'orders', name: 'id', type: 'uuid' },
  { table: 'orders', name: 'customer_id', type: 'uuid' },
  { table: 'orders', name: 'status', type: 'text' },
  { table: 'orders', name: 'placed_at', type: 'timestamp with time zone' },
  { table: 'outbox', name: 'id', type: 'uuid' },
  { table: 'idempotency_keys', name: 'key', type: 'text' },
  { table: 'idempotency_keys', name: 'body', type: 'text' },
];

test('what waits to be published, products and stock are not copied', () => {
  assert.deepEqual(tablesToCopy([...columns, { table: 'stock', name: 'sku', type: 'text' }]), [
    'orders',
    'idempotency_keys',
  ]);
});

test('a copy has its own ids and times, another customer, and all else of the original', () => {
  const text = statementToCopy('orders', columns).replaceAll(/\s+/g, ' ');
  assert.match(text, /insert into orders \(id, customer_id, status, placed_at\) select/);
  assert.match(
    text,
    /copied_id\(original\.id, n, \$3\), pg_temp\.copied_customer\(original\.customer_id, n\)/,
  );
  assert.match(text, /, original\.status, original\.placed_at - /);
});

test('a copied answer speaks of the copied order, under a key of its own', () => {
  const text = statementToCopy('idempotency_keys', columns);
  assert.match(text, /original\.key \|\| '-' \|\| n::text/);
  assert.match(text, /copied_text\(original\.body, n, \$3\)/);
});

test('of keys and of the inbox only what tells of orders is copied', () => {
  assert.equal(statementToKeep('inbox').needsTime, true);
  assert.equal(statementToKeep('orders').needsTime, false);
});
