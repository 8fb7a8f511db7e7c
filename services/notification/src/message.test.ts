import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney } from '@repo/money';
import fc from 'fast-check';
import { compose as composeWith, type Details, type Kind, type Message } from './message.ts';

const compose = (message: Message) => composeWith(message, formatMoney);

const LINES = [
  { sku: 'KEYBOARD', quantity: 2 },
  { sku: 'MOUSE', quantity: 1 },
];

function message(kind: Kind, details: Details): Message {
  return {
    id: 'm',
    orderId: '0198c5a0-0000-7000-8000-000000000001',
    customerId: 'c',
    kind,
    status: 'waiting',
    details,
    createdAt: new Date(0),
    sentAt: null,
  };
}

test('the mail of a confirmed order has its lines, its total and its id', () => {
  const { subject, text, html } = compose(
    message('order-confirmed', { totalCents: 11_948, currency: 'EUR', lines: LINES }),
  );

  assert.equal(subject, 'Your order is confirmed');
  for (const words of [text, html]) {
    assert.match(words, /119\.48 EUR/);
    assert.match(words, /2 x KEYBOARD/);
    assert.match(words, /1 x MOUSE/);
    assert.match(words, /0198c5a0-0000-7000-8000-000000000001/);
  }
});

const REASONS: [string, RegExp][] = [
  ['out-of-stock', /out of stock/],
  ['payment-declined', /payment was declined/],
  ['customer', /you asked us to/],
  ['deadline', /in time/],
  ['a reason of next year', /could not be completed/],
];

for (const [reason, words] of REASONS) {
  test(`the mail of a cancelled order names the reason: ${reason}`, () => {
    const { subject, text, html } = compose(message('order-cancelled', { reason, lines: LINES }));

    assert.equal(subject, 'Your order was cancelled');
    assert.match(text, words);
    assert.match(html, words);
  });
}

test('the mail of a refund names the amount and the order', () => {
  const { subject, text, html } = compose(message('order-refunded', { amountCents: 5, currency: 'EUR' }));

  assert.equal(subject, 'Your money is on its way back');
  const order = 'Your order: 0198c5a0-0000-7000-8000-000000000001';
  assert.equal(text, `We have paid back 0.05 EUR.\n\n${order}`);
  assert.equal(html, `<p>We have paid back 0.05 EUR.</p><p>${order}</p>`);
});

test('the HTML of an e-mail shows any text as text, never as markup', () => {
  const lines = [{ sku: `<img src=x onerror="alert('1')">&`, quantity: 1 }];

  const { html } = compose(message('order-confirmed', { totalCents: 1, currency: 'EUR', lines }));

  assert.doesNotMatch(html, /<img/);
  assert.match(html, /&#60;img src=x onerror=&#34;alert\(&#39;1&#39;\)&#34;&#62;&#38;/);
});

test('for any order, the only markup is our own', () => {
  fc.assert(
    fc.property(fc.string(), (sku) => {
      const details = { totalCents: 1, currency: 'EUR', lines: [{ sku, quantity: 1 }] };
      const { html } = compose(message('order-confirmed', details));
      assert.doesNotMatch(html.replace(/<\/?(p|ul|li)>/g, ''), /[<>"']/);
    }),
  );
});

// For all but EUR and USD, Intl gives the digits of CLDR, which leaves out units that are no longer in use.
const HUNDREDTHS = 'HUF IDR COP PKR ALL LAK MMK LBP IRR AFN SYP YER SOS MGA KPW EUR USD'.split(' ');

test('an amount is formatted in the units of its currency, as in ISO 4217', () => {
  for (const [currency, words] of [
    ...HUNDREDTHS.map((code) => [code, `19999.00 ${code}`] as const),
    ...['JPY', 'KRW', 'CLP', 'ISK', 'VND'].map((code) => [code, `1999900 ${code}`] as const),
    ...['IQD', 'KWD', 'BHD'].map((code) => [code, `1999.900 ${code}`] as const),
  ]) {
    const refund = compose(message('order-refunded', { amountCents: 1_999_900, currency }));
    const confirmation = compose(message('order-confirmed', { totalCents: 1_999_900, currency }));
    assert.match(refund.text, new RegExp(`back ${words}\\.`));
    assert.match(confirmation.html, new RegExp(`received ${words} and`));
  }
});

test('an amount in an unknown currency is formatted in minor units', () => {
  const { text } = compose(message('order-refunded', { amountCents: 1_234, currency: 'ABC' }));

  assert.match(text, /back 1234 minor units of ABC\./);
});
