import assert from 'node:assert/strict';
import { test } from 'node:test';
import { journalEntryOf } from './journal-entry.ts';

test('a journal entry has the id and the time of its event, and belongs to the customer', () => {
  const occurredAt = new Date('2026-01-02T03:04:05.678Z');

  assert.deepEqual(journalEntryOf({ id: 'e', key: 'k', occurredAt, data: { customerId: 'c' } }), {
    id: 'e',
    customerId: 'c',
    subject: 'k',
    occurredAt,
  });
});
