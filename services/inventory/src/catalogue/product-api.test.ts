import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProductBody, ProductPatchBody, ProductQuery, RestockBody } from './product-api.ts';

const GOOD = { sku: 'MOUSE', name: 'Mouse', priceCents: 1_950, currency: 'EUR', stock: 7 };

const GOOD_BODIES: [string, object][] = [
  ['all that is needed', {}],
  ['the longest sku', { sku: 'A'.repeat(64) }],
  ['the shortest name', { name: 'M' }],
  ['the longest name', { name: 'M'.repeat(200) }],
  ['a name in any script', { name: 'مقعد 椅子 👩‍🔧 Ünï' }],
  ['no price', { priceCents: 0 }],
  ['the highest price', { priceCents: 100_000_000 }],
  ['no stock', { stock: 0 }],
  ['the largest stock', { stock: 1_000_000_000 }],
  ['metadata', { metadata: { color: 'grey' } }],
];

for (const [what, change] of GOOD_BODIES) {
  test(`a product with ${what} can be listed`, () =>
    assert.ok(ProductBody.safeParse({ ...GOOD, ...change }).success));
}

/** The fault, the change, and the place that the response names. */
const BAD_BODIES: [string, object, string][] = [
  ['no sku', { sku: undefined }, 'sku'],
  ['a sku in lower case', { sku: 'mouse' }, 'sku'],
  ['a sku that is too long', { sku: 'A'.repeat(65) }, 'sku'],
  ['an empty name', { name: '' }, 'name'],
  ['a name that is too long', { name: 'M'.repeat(201) }, 'name'],
  ['a name of white space', { name: ' \u00a0\u3000\u2003' }, 'name'],
  ['an invisible name', { name: '\u200b\u00ad\ufeff' }, 'name'],
  ['a line break in its name', { name: 'Mouse\nKeyboard' }, 'name'],
  ['a tab for a name', { name: '\t' }, 'name'],
  ['an escape sequence in its name', { name: '\u001b[31mMouse' }, 'name'],
  ['a control character of C1 in its name', { name: 'Mouse\u0085' }, 'name'],
  ['a name that is a number', { name: 1 }, 'name'],
  ['a negative price', { priceCents: -1 }, 'priceCents'],
  ['half a cent', { priceCents: 0.5 }, 'priceCents'],
  ['a price as text', { priceCents: '1950' }, 'priceCents'],
  ['a price beyond the limit', { priceCents: 100_000_001 }, 'priceCents'],
  ['no price at all', { priceCents: undefined }, 'priceCents'],
  ['a currency that is none', { currency: 'euro' }, 'currency'],
  ['a currency that ISO 4217 never had', { currency: 'ZZZ' }, 'currency'],
  ['a currency that was withdrawn', { currency: 'HRK' }, 'currency'],
  ['the code for no currency', { currency: 'XXX' }, 'currency'],
  ['a negative stock', { stock: -1 }, 'stock'],
  ['a stock beyond the limit', { stock: 1_000_000_001 }, 'stock'],
  ['half a unit of stock', { stock: 1.5 }, 'stock'],
  ['metadata that is a list', { metadata: [] }, 'metadata'],
  ['metadata of more than 4 KB', { metadata: { note: 'x'.repeat(4_096) } }, 'metadata'],
  ['a version of its choice', { version: 7 }, ''],
];

for (const [what, change, place] of BAD_BODIES) {
  test(`a product with ${what} is refused, and the place is named`, () => {
    const result = ProductBody.safeParse({ ...GOOD, ...change });

    assert.deepEqual(
      result.error?.issues.map(({ path }) => path.join('.')),
      [place],
    );
  });
}

const GOOD_PATCHES = [
  { name: 'Maus' },
  { priceCents: 0 },
  { metadata: {} },
  { name: 'Maus', priceCents: 1, metadata: { a: 1 } },
];

for (const patch of GOOD_PATCHES) {
  test(`a product can be changed to have ${JSON.stringify(patch)}`, () =>
    assert.deepEqual(ProductPatchBody.parse(patch), patch));
}

const BAD_PATCHES: [string, object, string][] = [
  ['nothing at all', {}, ''],
  ['an empty name', { name: '' }, 'name'],
  ['a name of white space', { name: ' \u3000' }, 'name'],
  ['a control character in its name', { name: 'Maus\u007f' }, 'name'],
  ['a price beyond the limit', { priceCents: 100_000_001 }, 'priceCents'],
  ['a price that is null', { priceCents: null }, 'priceCents'],
  ['metadata that is a list', { metadata: [] }, 'metadata'],
  ['another sku', { name: 'Maus', sku: 'MAUS' }, ''],
  ['another currency', { name: 'Maus', currency: 'USD' }, ''],
  ['another stock', { name: 'Maus', stock: 1 }, ''],
];

for (const [what, patch, place] of BAD_PATCHES) {
  test(`a product cannot be changed to have ${what}, and the place is named`, () => {
    const result = ProductPatchBody.safeParse(patch);

    assert.deepEqual(
      result.error?.issues.map(({ path }) => path.join('.')),
      [place],
    );
  });
}

test('a patch without a field is refused, and the fields are named', () => {
  assert.match(
    ProductPatchBody.safeParse({}).error?.issues[0]?.message ?? '',
    /name, priceCents and metadata/,
  );
});

test('a restock is of 1 to 1 000 000 000 whole units', () => {
  for (const quantity of [1, 1_000_000_000]) assert.ok(RestockBody.safeParse({ quantity }).success);
  for (const quantity of [0, -1, 1.5, 1_000_000_001, '1', null, undefined])
    assert.ok(!RestockBody.safeParse({ quantity }).success, String(quantity));
  assert.ok(!RestockBody.safeParse({ quantity: 1, sku: 'MOUSE' }).success);
});

test('a list of products continues after a sku', () => {
  const after = Buffer.from('"MOUSE"').toString('base64url');

  assert.equal(ProductQuery.parse({ after }).after, 'MOUSE');
  assert.ok(!ProductQuery.safeParse({ after: 'MOUSE' }).success);
});

const currencyIssues = (currency: unknown) =>
  ProductBody.safeParse({ ...GOOD, currency }).error?.issues ?? [];

test('a currency is a code that ISO 4217 has, and with a minor unit', () => {
  for (const good of ['EUR', 'HUF', 'JPY', 'KWD', 'SLE', 'VED', 'ZWG', 'XCG', 'CLF'])
    assert.ok(currencyIssues(good).length === 0, good);
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
    assert.equal(currencyIssues(bad).length, 1, JSON.stringify(bad));
  }
  for (const bad of ['eur', 'ZZZ', 'HRK', 'XXX'])
    assert.match(currencyIssues(bad)[0]?.message ?? '', /ISO 4217/);
});
