import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formsOf, pluralOf } from './names.ts';

test('a name has its forms for files, code, tables and variables of the environment', () => {
  assert.deepEqual(formsOf('stock-item'), {
    kebab: 'stock-item',
    camel: 'stockItem',
    pascal: 'StockItem',
    snake: 'stock_item',
    upper: 'STOCK_ITEM',
  });
});

test('a name that is no word in lower case is refused', () => {
  for (const name of ['', 'Stock', 'stock_item', 'stock--item', '-stock', '1stock', 'stock item', '../stock'])
    assert.throws(
      () => formsOf(name, 'A noun'),
      { name: 'Failure', message: /^A noun is a word in lower case/ },
      name,
    );
});

test('a noun has a plural', () => {
  const nouns = {
    shipment: 'shipments',
    'gift-card': 'gift-cards',
    delivery: 'deliveries',
    day: 'days',
    box: 'boxes',
  };
  for (const [noun, plural] of Object.entries(nouns)) assert.equal(pluralOf(noun), plural);
});
