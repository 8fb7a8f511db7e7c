import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney, isCurrency } from '../src/index.ts';
import { LIST_ONE } from './list-one.ts';

const { 'N.A.': WITHOUT_MINOR_UNIT = [], ...byDigits } = LIST_ONE;
const CURRENT = Object.entries(byDigits).flatMap(([digits, codes]) =>
  codes.map((code) => [code, Number(digits)] as const),
);

test('the currencies are those of ISO 4217, each with the number of digits of its minor unit', () => {
  assert.equal(CURRENT.length, 165);
  for (const [code, digits] of CURRENT) {
    assert.ok(isCurrency(code), code);
    const one = ['1', `0.${'1'.padStart(digits, '0')}`][Math.min(digits, 1)];
    assert.equal(formatMoney(1, code), `${one} ${code}`);
  }
});

test('no other code of three characters is a currency', () => {
  const current = new Set(CURRENT.map(([code]) => code));
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const all = alphabet.flatMap((a) => alphabet.flatMap((b) => alphabet.map((c) => a + b + c)));
  assert.deepEqual(all.filter(isCurrency).sort(), [...current].sort());
});

test('a code that is withdrawn, has no minor unit or is invalid is not a currency', () => {
  const withdrawn = ['HRK', 'CUC', 'ANG', 'ZWL', 'SLL', 'BGN', 'BYR', 'LTL', 'MRO', 'STD', 'VEF', 'DEM'];
  const odd = ['', 'eur', 'EURO', 'EU', '€', 'constructor', '__proto__', 'toString', 'BTC', 'ZZZ'];
  for (const code of [...withdrawn, ...WITHOUT_MINOR_UNIT, ...odd]) assert.ok(!isCurrency(code), code);
});
