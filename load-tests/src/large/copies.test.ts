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

test('outbox rows, products and stock are not copied', () => {
  assert.deepEqual(tablesToCopy([...columns, { table: 'stock', name: 'sku', type: 'text' }]), [
    'orders',
    'idempotency_keys',
  ]);
});

test('a copy has its own ids and times and another customer; the rest is that of the original', () => {
  const text = statementToCopy('orders', columns).replaceAll(/\s+/g, ' ');
  assert.match(text, /insert into orders \(id, customer_id, status, placed_at\) select/);
  assert.match(
    text,
    /copied_id\(original\.id, n, \$3\), pg_temp\.copied_customer\(original\.customer_id, n\)/,
  );
  assert.match(text, /, original\.status, original\.placed_at - /);
});

test('a copied answer names the copied order and has its own key', () => {
  const text = statementToCopy('idempotency_keys', columns);
  assert.match(text, /original\.key \|\| '-' \|\| n::text/);
  assert.match(text, /copied_text\(original\.body, n, \$3\)/);
});

test('only the keys and inbox rows of orders are copied', () => {
  assert.equal(statementToKeep('inbox').needsTime, true);
  assert.equal(statementToKeep('orders').needsTime, false);
});
