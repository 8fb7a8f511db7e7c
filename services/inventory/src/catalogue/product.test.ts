import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, delist, list, type Product, type ProductPatch } from './product.ts';

const MOUSE: Product = {
  id: 'p',
  sku: 'MOUSE',
  version: 3,
  name: 'Mouse',
  priceCents: 1_950,
  currency: 'EUR',
  metadata: { color: 'grey', weight: 90 },
  listedAt: new Date(0),
};

test('a product is listed in version 1, and its stock is no part of it', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const described = {
    sku: 'MOUSE',
    name: 'Mouse',
    priceCents: 1_950,
    currency: 'EUR',
    metadata: { color: 'grey' },
  };

  const product = list({ ...described, stock: 7 }, { id: 'p', at });

  assert.deepEqual(product, { ...described, id: 'p', version: 1, listedAt: at });
});

const PATCHES: [string, ProductPatch, Partial<Product>][] = [
  ['its name', { name: 'Maus' }, { name: 'Maus' }],
  ['its price', { priceCents: 0 }, { priceCents: 0 }],
  ['its metadata, whole', { metadata: { color: 'red' } }, { metadata: { color: 'red' } }],
  ['its metadata, to none', { metadata: {} }, { metadata: {} }],
  ['nothing that was not so before', { name: 'Mouse' }, {}],
];

for (const [what, patch, changed] of PATCHES) {
  test(`a patch of ${what} puts a product in its next version`, () => {
    assert.deepEqual(change(MOUSE, patch), { ...MOUSE, ...changed, version: 4 });
  });
}

test('a delisted product is in its last version', () => {
  assert.deepEqual(delist(MOUSE), { ...MOUSE, version: 4 });
});
