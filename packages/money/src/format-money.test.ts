import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMoney } from './format-money.ts';

const AMOUNTS: [number, string, string][] = [
  [1_999_900, 'HUF', '19999.00 HUF'],
  [5, 'EUR', '0.05 EUR'],
  [50, 'EUR', '0.50 EUR'],
  [0, 'EUR', '0.00 EUR'],
  [-0, 'EUR', '0.00 EUR'],
  [-5, 'EUR', '-0.05 EUR'],
  [-199_900, 'EUR', '-1999.00 EUR'],
  [1_234, 'JPY', '1234 JPY'],
  [-7, 'JPY', '-7 JPY'],
  [1_234, 'KWD', '1.234 KWD'],
  [1, 'CLF', '0.0001 CLF'],
  // As hundredths of a double, these would be rounded.
  [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91 EUR'],
  [Number.MAX_SAFE_INTEGER, 'JPY', '9007199254740991 JPY'],
  [1e21, 'JPY', '1000000000000000000000 JPY'],
];

for (const [minorUnits, currency, text] of AMOUNTS) {
  test(`${minorUnits} minor units are formatted as ${text}`, () => {
    assert.equal(formatMoney(minorUnits, currency), text);
  });
}

test('an amount in a withdrawn currency is still formatted in its units', () => {
  assert.equal(formatMoney(1_234, 'BGN'), '12.34 BGN');
});

test('an amount that has no known units is formatted as a number of minor units', () => {
  assert.equal(formatMoney(1_234, 'ABC'), '1234 minor units of ABC');
  assert.equal(formatMoney(1_234, ''), '1234 minor units of ');
  assert.equal(formatMoney(0.5, 'EUR'), '0.5 minor units of EUR');
  assert.equal(formatMoney(Number.NaN, 'EUR'), 'NaN minor units of EUR');
});

test('formatting changes no digit of an amount', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'), (minorUnits, currency) => {
      const digits = formatMoney(minorUnits, currency).replace(/[^\d-]/g, '');
      assert.equal(BigInt(digits), BigInt(minorUnits));
    }),
  );
});
