import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { endingLines, isAsHoped, letter, momentLine } from './lines.ts';

const order = {
  id: 'o-1',
  totalCents: 1_999,
  currency: 'EUR',
  traceId: 't-1',
  sentAt: 1_000,
  answeredAt: 1_040,
};
const plain = (lines: string[]) => lines.map(stripVTControlCharacters);

test('a moment is a line: milliseconds from the request, who, what others saw, and the same in words', () => {
  const moment = { at: 1_052, service: 'inventory', what: 'stock.reserved', inWords: 'sets the goods aside' };
  const line = stripVTControlCharacters(momentLine(moment, order));
  assert.equal(line, '    52 ms  inventory     stock.reserved    sets the goods aside');
});

const ending = { status: 'cancelled', reason: 'out-of-stock' } as const;
const mails = [{ to: '', subject: '', text: '', at: '' }];
const told = { order, ending, afterMs: 90, mails, movements: [] };
const movement = (kind: 'capture' | 'refund') => ({ kind, reference: 'o-1', amountCents: 1_999 });

test('an end that was hoped for is ticked off, and another one says what it should have been', () => {
  assert.equal(plain(endingLines(told, ending))[0], '  ✔ cancelled (out-of-stock) after 90 ms');
  const [wrong] = plain(endingLines(told, { status: 'confirmed', reason: null }));
  assert.equal(wrong, '  ✘ cancelled (out-of-stock) after 90 ms, and should have been confirmed');
});

test('an end is as it was hoped for only if the money agrees, and the customer has been told', () => {
  const refunded = { ...told, movements: [movement('capture'), movement('refund')] };
  const confirmed = { ...told, ending: { status: 'confirmed', reason: null } as const };
  const paid = { ...confirmed, movements: [movement('capture')] };

  assert.ok(isAsHoped(told, ending) && isAsHoped(refunded, ending) && isAsHoped(paid, paid.ending));
  assert.ok(!isAsHoped({ ...told, mails: [] }, ending));
  assert.ok(!isAsHoped({ ...told, movements: [movement('capture')] }, ending));
  assert.ok(!isAsHoped(confirmed, confirmed.ending));
  const twice = [movement('capture'), movement('capture'), movement('refund')];
  assert.ok(!isAsHoped({ ...confirmed, movements: twice }, confirmed.ending));
});

test('the ledger of the payment provider stands beneath the end, in its own words', () => {
  const refunded = { ...told, movements: [movement('capture'), movement('refund')] };

  assert.equal(plain(endingLines(told))[1], '    ledger nothing');
  assert.equal(plain(endingLines(refunded))[1], '    ledger capture 19.99 EUR, refund 19.99 EUR');
  const inYen = { ...refunded, order: { ...order, currency: 'JPY' } };
  assert.equal(plain(endingLines(inYen))[1], '    ledger capture 1999 JPY, refund 1999 JPY');
});

test('an e-mail fits into 80 columns, however long its lines are', () => {
  const text = `${'Your order was cancelled, for many reasons. '.repeat(5)}\n\nYour order: o-1`;
  const lines = plain(letter({ to: 'ada@example.com', subject: 'Cancelled', text, at: '' }));
  assert.ok(lines.every((line) => line.length <= 80));
  assert.equal(lines.at(-1), '           │ Your order: o-1');
});
