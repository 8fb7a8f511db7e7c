import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqlCell } from './sql-cells.ts';

const CASES: [type: string, oid: number, text: string | null, shown: string | null][] = [
  ['nothing', 25, null, null],
  ['a boolean', 16, 't', 'true'],
  ['a time', 1184, '2026-01-02 03:04:05.006+00', '2026-01-02T03:04:05.006Z'],
  ['a time of whole seconds', 1184, '2026-01-02 03:04:05+00', '2026-01-02T03:04:05.000Z'],
  ['a time with microseconds', 1184, '2026-01-02 03:04:05.000006+00', '2026-01-02T03:04:05.000006Z'],
  ['an infinite time', 1184, 'infinity', 'infinity'],
  ['a time before Christ', 1184, '0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00+00 BC'],
  ['a time of a far year', 1184, '294276-12-31 23:59:59+00', '294276-12-31 23:59:59+00'],
  ['a number of 64 bits', 20, '9223372036854775807', '9223372036854775807'],
  ['no number', 701, 'NaN', 'NaN'],
  ['bytes', 17, '\\x00ff', '\\x00ff'],
  ['text with control characters', 25, 'a\u001b[2J\n\\b', 'a\\x1b[2J\\x0a\\\\b'],
  ['JSON', 114, '{\n  "a\u202e": "\\n"\n}', '{ "a\\u202e": "\\n" }'],
];

for (const [what, oid, text, shown] of CASES) {
  test(`${what} is shown as ${JSON.stringify(shown)}`, () => {
    assert.equal(sqlCell(text, oid), shown);
  });
}
