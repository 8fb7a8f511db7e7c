import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from './redact.ts';

const CASES: [string, string][] = [
  ['{"paymentToken":"tok_s3cret_9"}', '{"paymentToken":"[redacted]"}'],
  ['Key (email)=(ada.l+x@example.co.uk) exists', 'Key (email)=([redacted]) exists'],
  ['{"to":"ada@example.com"}', '{"to":"[redacted]"}'],
  ['card 4242 4242 4242 4242!', 'card [redacted]!'],
  ['card 4242424242424242', 'card [redacted]'],
  ['Bearer eyJhbGciOi.eyJzdWIi.c2ln-x_y', 'Bearer [redacted]'],
  [
    'order 0198c5a0-0000-7000-8000-000000000001 at 2026-01-02T03:04:05.678Z',
    'order 0198c5a0-0000-7000-8000-000000000001 at 2026-01-02T03:04:05.678Z',
  ],
  ['{"totalCents":123456789,"version":3}', '{"totalCents":123456789,"version":3}'],
];

for (const [text, shown] of CASES) {
  test(`what is shown of ${text}`, () => {
    assert.equal(redact(text), shown);
  });
}
