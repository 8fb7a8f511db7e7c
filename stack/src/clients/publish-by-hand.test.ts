import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topicOf } from './publish-by-hand.ts';

test('an event goes to the topic of its type', () => {
  assert.equal(topicOf('order.confirmed'), 'order.events');
  assert.equal(topicOf('stock.rejected'), 'inventory.events');
  assert.equal(topicOf('product.listed'), 'product.events');
});

test('a type that nobody knows is refused with those that are known', () => {
  assert.throws(
    () => topicOf('order.eaten'),
    /no event "order.eaten"; there are .*order\.placed.*product\.listed/,
  );
});
