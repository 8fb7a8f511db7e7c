import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { emailLines, endingLines, entryLine, isAsExpected } from './lines.ts';

const order = {
  id: 'o-1',
  totalCents: 1_999,
  currency: 'EUR',
  traceId: 't-1',
  sentAt: 1_000,
  answeredAt: 1_040,
};
const plain = (lines: string[]) => lines.map(stripVTControlCharacters);

test('an entry is a line: milliseconds since the request, the service, the event, and a description', () => {
  const entry = {
    ...{ at: 1_052, service: 'inventory' },
    ...{ name: 'stock.reserved', description: 'reserves the stock' },
  };
  const line = stripVTControlCharacters(entryLine(entry, order));
  assert.equal(line, '    52 ms  inventory     stock.reserved    reserves the stock');
});

const ending = { status: 'cancelled', reason: 'out-of-stock' } as const;
const emails = [{ to: '', subject: '', text: '', at: '' }];
const outcome = { order, ending, afterMs: 90, emails, ledger: [] };
const booking = (kind: 'capture' | 'refund') => ({ kind, reference: 'o-1', amountCents: 1_999 });

test('an expected ending is ticked off, and another one shows what was expected', () => {
  assert.equal(plain(endingLines(outcome, ending))[0], '  ✔ cancelled (out-of-stock) after 90 ms');
  const [wrong] = plain(endingLines(outcome, { status: 'confirmed', reason: null }));
  assert.equal(wrong, '  ✘ cancelled (out-of-stock) after 90 ms; expected: confirmed');
});

test('an ending is as expected only if the ledger agrees, and the customer has an e-mail', () => {
  const refunded = { ...outcome, ledger: [booking('capture'), booking('refund')] };
  const confirmed = { ...outcome, ending: { status: 'confirmed', reason: null } as const };
  const paid = { ...confirmed, ledger: [booking('capture')] };

  assert.ok(
    isAsExpected(outcome, ending) && isAsExpected(refunded, ending) && isAsExpected(paid, paid.ending),
  );
  assert.ok(!isAsExpected({ ...outcome, emails: [] }, ending));
  assert.ok(!isAsExpected({ ...outcome, ledger: [booking('capture')] }, ending));
  assert.ok(!isAsExpected(confirmed, confirmed.ending));
  const twice = [booking('capture'), booking('capture'), booking('refund')];
  assert.ok(!isAsExpected({ ...confirmed, ledger: twice }, confirmed.ending));
});

test('the ledger of the payment provider is shown under the ending', () => {
  const refunded = { ...outcome, ledger: [booking('capture'), booking('refund')] };

  assert.equal(plain(endingLines(outcome))[1], '    ledger nothing');
  assert.equal(plain(endingLines(refunded))[1], '    ledger capture 19.99 EUR, refund 19.99 EUR');
  const inYen = { ...refunded, order: { ...order, currency: 'JPY' } };
  assert.equal(plain(endingLines(inYen))[1], '    ledger capture 1999 JPY, refund 1999 JPY');
});

test('an e-mail fits into 80 columns, however long its lines are', () => {
  const text = `${'Your order was cancelled, for many reasons. '.repeat(5)}\n\nYour order: o-1`;
  const lines = plain(emailLines({ to: 'ada@example.com', subject: 'Cancelled', text, at: '' }));
  assert.ok(lines.every((line) => line.length <= 80));
  assert.equal(lines.at(-1), '           │ Your order: o-1');
});
