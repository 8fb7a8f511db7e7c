import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from './redact.ts';

const CASES: [string, string][] = [
  ['{"paymentToken":"tok_s3cret_9"}', '{"paymentToken":"[redacted]"}'],
  ['Key (email)=(ada.l+x@example.co.uk) exists', 'Key (email)=([redacted]) exists'],
  ['{"to":"ada@example.com"}', '{"to":"[redacted]"}'],
  ['card 4242 4242 4242 4242!', 'card [redacted]!'],
  ['card 4242424242424242', 'card [redacted]'],
  ["550 <o'brien+x@sub.example.com>: rejected", '550 <[redacted]>: rejected'],
  ['RCPT TO:<a&b=c/d~e{f}@x-.com>', 'RCPT TO:<[redacted]>'],
  ['to root@localhost', 'to [redacted]'],
  ['to jörg@bücher.example', 'to [redacted]'],
  ['to ada@[192.0.2.1]!', 'to [redacted]!'],
  ['to "ada l"@example.com', 'to [redacted]'],
  ['GET /contacts/ada%40example.com', 'GET [redacted]'],
  ['postgres://order:s3cret@db.example:5432/order', 'postgres://[redacted]@db.example:5432/order'],
  [
    'https://provider.example/v1?access_token=abc&x=1',
    'https://provider.example/v1?access_token=[redacted]&x=1',
  ],
  ['authorization: Bearer abc.def', 'authorization: Bearer [redacted]'],
  ['a number that is no card: 1795702718679000', 'a number that is no card: 1795702718679000'],
  ['{"paymentToken":"sk_live_1","a":1}', '{"paymentToken":"[redacted]","a":1}'],
  ['{"paymentToken" : "s3\\"cret', '{"paymentToken" : "[redacted]"'],
  ['{"paymentToken":{"x":"s3cret"},"b":"s3cret"}', '{"paymentToken":"[redacted]"…'],
  ['no frame:\n   at alice@example.com:1:1', 'no frame:\n   at [redacted]:1:1'],
  ["Cannot find package '@repo/http'", "Cannot find package '@repo/http'"],
  [
    'Error: for ada@example.com\n    at send (/app/node_modules/.pnpm/pg@8.23.1/pg/lib/a.js:1:2)',
    'Error: for [redacted]\n    at send (/app/node_modules/.pnpm/pg@8.23.1/pg/lib/a.js:1:2)',
  ],
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

const MEGABYTE = 1024 * 1024;

for (const [what, part] of [
  ['of one letter', 'a'],
  ['of base64', 'QUJD+/=='],
  ['of what begins like a token', 'eyJa.eyJb-'],
  ['of what begins like a parameter', '&a_token?key='],
  ['of digits', '4242 '],
  ['of percent signs', 'a%40'],
  ['of at signs', 'a@'],
  ['of lines', ' at \n'],
] as const) {
  test(`a megabyte ${what} is redacted in linear time`, () => {
    const tookMs = (length: number) => {
      const text = part.repeat(length / part.length);
      const began = performance.now();
      redact(text);
      return performance.now() - began;
    };
    tookMs(MEGABYTE / 16);
    redact(`"paymentToken":"${part.repeat(MEGABYTE / part.length)}`);

    // Quadratic, it would be minutes.
    assert.ok(tookMs(MEGABYTE) < 4_000);
  });
}
