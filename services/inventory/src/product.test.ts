import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list } from './product.ts';

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
