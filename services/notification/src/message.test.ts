import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compose, type Details, type Kind, type Message } from './message.ts';

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

test('whoever ordered is told that the order is confirmed: what, for how much, and which order', () => {
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
  test(`whoever ordered is told why the order was cancelled: ${reason}`, () => {
    const { subject, text, html } = compose(message('order-cancelled', { reason, lines: LINES }));

    assert.equal(subject, 'Your order was cancelled');
    assert.match(text, words);
    assert.match(html, words);
  });
}

test('whoever gets money back is told how much, and for which order', () => {
  const { subject, text, html } = compose(message('order-refunded', { amountCents: 5, currency: 'EUR' }));

  assert.equal(subject, 'Your money is on its way back');
  const order = 'Your order: 0198c5a0-0000-7000-8000-000000000001';
  assert.equal(text, `We have paid back 0.05 EUR.\n\n${order}`);
  assert.equal(html, `<p>We have paid back 0.05 EUR.</p><p>${order}</p>`);
});

test('what stands in the HTML of an e-mail is text, and never markup', () => {
  const lines = [{ sku: `<img src=x onerror="alert('1')">&`, quantity: 1 }];

  const { html } = compose(message('order-confirmed', { totalCents: 1, currency: 'EUR', lines }));

  assert.doesNotMatch(html, /<img/);
  assert.match(html, /&#60;img src=x onerror=&#34;alert\(&#39;1&#39;\)&#34;&#62;&#38;/);
});

test('whatever is written of an order, the only markup is our own', () => {
  fc.assert(
    fc.property(fc.string(), (sku) => {
      const details = { totalCents: 1, currency: 'EUR', lines: [{ sku, quantity: 1 }] };
      const { html } = compose(message('order-confirmed', details));
      assert.doesNotMatch(html.replace(/<\/?(p|ul|li)>/g, ''), /[<>"']/);
    }),
  );
});

test('an amount is written in the units of its currency', () => {
  for (const [currency, words] of [
    ['EUR', '12.34 EUR'],
    ['JPY', '1234 JPY'],
    ['KWD', '1.234 KWD'],
  ] as const) {
    const details = { amountCents: 1_234, currency };
    assert.match(compose(message('order-refunded', details)).text, new RegExp(`back ${words}\\.`));
  }
});
