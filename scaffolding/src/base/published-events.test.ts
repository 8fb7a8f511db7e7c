import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportedName, sampleOf } from './published-events.ts';

test('an event has a name in code', () => {
  assert.equal(exportedName('gift-card.partly-spent'), 'GiftCardPartlySpent');
});

test('a sample has a value for each field that must be there', () => {
  const schema = {
    type: 'object',
    required: ['customerId', 'requestId', 'at', 'status', 'cents', 'lines', 'isGift', 'note'],
    properties: {
      customerId: { type: 'string', format: 'uuid' },
      requestId: { type: 'string', format: 'uuid' },
      at: { type: 'string', format: 'date-time' },
      status: { type: 'string', enum: ['open', 'closed'] },
      cents: { type: 'integer', minimum: 5 },
      lines: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[A-Z]{3}$' } },
      isGift: { type: 'boolean' },
      note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      optional: { type: 'string' },
    },
  };

  assert.equal(
    sampleOf(schema),
    '{ customerId, requestId: randomUUID(), at: new Date().toISOString(), status: "open", cents: 5, ' +
      'lines: ["EUR"], isGift: true, note: "text" }',
  );
});

test('a text of a pattern that no sample has is refused', () => {
  assert.throws(() => sampleOf({ type: 'string', pattern: '^#$' }), {
    name: 'Failure',
    message: /pattern \^#\$/,
  });
});
