import assert from 'node:assert/strict';
import { test } from 'node:test';
import project from '@repo/project' with { type: 'json' };
import { redact } from './redact.ts';

const CASES: [string, string][] = [
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
  ['postgres://meter:s3cret@db.example:5432/meter', 'postgres://[redacted]@db.example:5432/meter'],
  [
    'https://provider.example/v1?access_token=abc&x=1',
    'https://provider.example/v1?access_token=[redacted]&x=1',
  ],
  ['authorization: Bearer abc.def', 'authorization: Bearer [redacted]'],
  ['authorization: Basic YWRhOnMzY3JldA==', 'authorization: Basic [redacted]'],
  ['{"Authorization":"Digest s3cret"}', '{"Authorization":"[redacted]"}'],
  ['a number that is no card: 1795702718679000', 'a number that is no card: 1795702718679000'],
  ['{"token":"sk_live_1","a":1}', '{"token":"[redacted]","a":1}'],
  ['{"token" : "s3\\"cret', '{"token" : "[redacted]"'],
  ['{"token":{"x":"s3cret"},"b":"s3cret"}', '{"token":"[redacted]"…'],
  ['no frame:\n   at alice@example.com:1:1', 'no frame:\n   at [redacted]:1:1'],
  ["Cannot find package '@repo/http'", "Cannot find package '@repo/http'"],
  [
    'Error: for ada@example.com\n    at send (/app/node_modules/.pnpm/pg@8.23.1/pg/lib/a.js:1:2)',
    'Error: for [redacted]\n    at send (/app/node_modules/.pnpm/pg@8.23.1/pg/lib/a.js:1:2)',
  ],
  ['Bearer eyJhbGciOi.eyJzdWIi.c2ln-x_y', 'Bearer [redacted]'],
  [
    'meter 0198c5a0-0000-7000-8000-000000000001 at 2026-01-02T03:04:05.678Z',
    'meter 0198c5a0-0000-7000-8000-000000000001 at 2026-01-02T03:04:05.678Z',
  ],
  ['{"reading":123456789,"version":3}', '{"reading":123456789,"version":3}'],
];

for (const [text, shown] of CASES) {
  test(`the text ${text} is redacted`, () => {
    assert.equal(redact(text), shown);
  });
}

for (const name of ['authorization', 'password', 'token', ...project.secrets.fields]) {
  test(`the value of the field ${name} is redacted in any JSON`, () => {
    assert.equal(redact(`{"${name}":"s3cret","a":1}`), `{"${name}":"[redacted]","a":1}`);
    assert.equal(redact(`{"${name}" : 42}`), `{"${name}" : "[redacted]"}`);
    assert.equal(redact(`{"${name}":{"x":"s3cret"},"b":1}`), `{"${name}":"[redacted]"…`);
  });
}

for (const prefix of project.secrets.prefixes) {
  test(`a word that begins with ${prefix} is redacted anywhere`, () => {
    assert.equal(redact(`for ${prefix}s3cret_9, twice ${prefix}a!`), 'for [redacted], twice [redacted]!');
  });
}

test('a plain word is redacted when it begins with a prefix of the project', async (t) => {
  project.secrets.prefixes.push('sk-');
  t.after(() => project.secrets.prefixes.pop());
  const withPrefix = './redact.ts?with-prefix';
  const { redact } = await import(withPrefix);

  assert.equal(redact('sk-AbCdEf'), '[redacted]');
});

const MEGABYTE = 1024 * 1024;

for (const [content, part] of [
  ['of one character', 'a'],
  ['of base64', 'QUJD+/=='],
  ['of beginnings of a token', 'eyJa.eyJb-'],
  ['of beginnings of a parameter', '&a_token?key='],
  ['of digits', '4242 '],
  ['of percent signs', 'a%40'],
  ['of at signs', 'a@'],
  ['of lines', ' at \n'],
] as const) {
  test(`a megabyte ${content} is redacted in linear time`, () => {
    const tookMs = (length: number) => {
      const text = part.repeat(length / part.length);
      const began = performance.now();
      redact(text);
      return performance.now() - began;
    };
    tookMs(MEGABYTE / 16);
    redact(`"token":"${part.repeat(MEGABYTE / part.length)}`);

    // In quadratic time it would take minutes.
    assert.ok(tookMs(MEGABYTE) < 4_000);
  });
}
