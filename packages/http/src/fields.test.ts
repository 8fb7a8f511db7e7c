import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currency, metadata, sku } from './fields.ts';

test('a sku is 1 to 64 of A-Z, 0-9 and -, and does not begin with -', () => {
  for (const good of ['A', '0', 'SOLD-OUT', 'A-', 'A'.repeat(64)])
    assert.ok(sku.safeParse(good).success, good);
  for (const bad of ['', '-A', 'a', 'A_B', 'Ä', 'A ', ' A', 'A\n', 'A'.repeat(65), 1, null])
    assert.ok(!sku.safeParse(bad).success, JSON.stringify(bad));
});

test('a currency is a code that ISO 4217 has, and with a minor unit', () => {
  for (const good of ['EUR', 'HUF', 'JPY', 'KWD', 'SLE', 'VED', 'ZWG', 'XCG', 'CLF'])
    assert.ok(currency.safeParse(good).success, good);
  for (const bad of [
    'eur',
    'EURO',
    'EU',
    '€',
    'EUR\n',
    'ZZZ',
    'HRK',
    'BGN',
    'ZWL',
    'XXX',
    'XAU',
    '',
    1,
    null,
  ]) {
    const { error } = currency.safeParse(bad);
    assert.equal(error?.issues.length, 1, JSON.stringify(bad));
  }
  for (const bad of ['eur', 'ZZZ', 'HRK', 'XXX'])
    assert.match(currency.safeParse(bad).error?.issues[0]?.message ?? '', /ISO 4217/);
});

test('metadata is an object of up to 4 KB, counted in bytes as JSON', () => {
  const ofBytes = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

  assert.ok(metadata.safeParse({}).success);
  assert.ok(metadata.safeParse(ofBytes(4096)).success);
  assert.ok(!metadata.safeParse(ofBytes(4097)).success);
  assert.ok(!metadata.safeParse({ a: 'ä'.repeat(2048) }).success);
  for (const bad of [[], null, 'a', 1]) assert.ok(!metadata.safeParse(bad).success, JSON.stringify(bad));
});
