import { randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '@repo/events';

const headers = (more: OutgoingRecord['headers'] = {}): OutgoingRecord['headers'] => ({
  ce_specversion: '1.0',
  ce_id: randomUUID(),
  ce_source: '/by-hand',
  ce_type: 'order.cancelled',
  ce_time: new Date().toISOString(),
  ce_subject: 'strange',
  ...more,
});

const VALUES: (string | Buffer | null)[] = [
  ...[
    null,
    '',
    'null',
    '7',
    '[null]',
    '"text"',
    '{"orderId":null}',
    '{"orderId":{"toString":null}}',
    'no JSON',
  ],
  '['.repeat(200_000) + ']'.repeat(200_000),
  JSON.stringify({ orderId: 'x'.repeat(900_000) }),
  Buffer.from([0xff, 0xfe, 0x00, 0x1b, 0x5b, 0x32, 0x4a]),
  '{"orderId":"\u001b[2J\u202e\u2028"}',
  'a\u001b[2J\nb\r\u0085\u202ec tok_s3cret',
];

const KEYS: (string | Buffer | null)[] = [
  ...[null, '', 'a key of words', 'line\nend\u001b[2J', '\u202e\u2028'],
  Buffer.from([0, 1, 2, 0xff]),
  Buffer.alloc(3_000, 'long '),
];

const HEADERS: OutgoingRecord['headers'][] = [
  {},
  headers({ ce_time: 'soon\n' }),
  headers({ ce_time: '' }),
  headers({ ce_type: 'constructor' }),
  headers({ ce_type: Buffer.from([0xff, 0x00]) }),
  headers({ ce_subject: '\u001b[2J'.repeat(100) }),
  headers({ ce_id: ['one', 'two'], 'a\u001b[2J': 'b' }),
];

/** Records that no service publishes, and any other client of Kafka can. */
export const strangeRecords: OutgoingRecord[] = [
  ...VALUES.map((value) => ({ key: 'strange', value, headers: headers() })),
  ...KEYS.map((key) => ({ key, value: 'null', headers: headers() })),
  ...HEADERS.map((each) => ({ key: 'strange', value: 'null', headers: each })),
];

export const STRANGE_LINES = [
  'null',
  '7',
  '[{"msg":"no"}]',
  '{"msg":"odd","level":{"toString":null},"time":[],"err":null,"service":7}',
  '{"msg":"a\\u001b[2J","level":50,"time":"soon","err":{"stack":["x"]}}',
  `{"deep":${'['.repeat(200_000)}${']'.repeat(200_000)},"msg":"deep"}`,
  `{"msg":"${'long '.repeat(500_000)}"}`,
  '\u001b[2J\u202e\u0085 plain',
];

export const STRANGE_QUERY = `
  select 'infinity'::timestamptz, '0044-03-15 BC'::timestamptz, '294276-12-31'::timestamptz, 'NaN'::float8, 'NaN'::numeric,
    9223372036854775807, '\\x00ff'::bytea, e'a\\u001b[2J\\n\\u202e', '{"a":"\\u202e"}'::jsonb, array[null, 'infinity'::date],
    (repeat('[', 4000) || repeat(']', 4000))::jsonb, repeat('long', 100000), interval '-1 year', 1 as "a
b"`;
