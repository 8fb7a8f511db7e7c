import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { pageQuery, timeAndId } from './page.ts';

const Query = z.strictObject(pageQuery(z.tuple([z.iso.datetime(), z.uuid()])));
const position = ['2026-01-02T03:04:05.678Z', '0198c5a0-0000-7000-8000-000000000001'];
const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a page has 20 items and starts at the beginning by default', () => {
  assert.deepEqual(Query.parse({}), { limit: 20 });
});

test('a limit is a whole number from 1 to 100, in plain digits', () => {
  for (const limit of ['1', '9', '10', '99', '100'])
    assert.equal(Query.parse({ limit }).limit, Number(limit));
  for (const limit of ['0', '101', '-1', '1.5', '1e1', '0x1', ' 1', '01', '', 'ten', '٣', 5, ['1', '2']])
    assert.ok(!Query.safeParse({ limit }).success, String(limit));
});

test('a cursor is read back as its position', () => {
  assert.deepEqual(Query.parse({ after: cursorOf(position) }).after, position);
});

test('a cursor of a time and an id is accepted in upper and lower case', () => {
  const [at, id] = z.strictObject(pageQuery(timeAndId)).parse({
    after: cursorOf([position[0], 'ABCDEF00-0000-7000-8000-000000000001']),
  }).after as [Date, string];

  assert.deepEqual([at.toISOString(), id], [position[0], 'abcdef00-0000-7000-8000-000000000001']);
});

test('a cursor with any other content is refused, with a hint', () => {
  for (const value of [
    [],
    position[0],
    [position[1], position[0]],
    [...position, 1],
    { 0: position[0] },
    null,
  ]) {
    const result = Query.safeParse({ after: cursorOf(value) });
    assert.match(result.error?.issues[0]?.message ?? '', /Take `after` from/);
  }
  for (const after of ['', '!', 'e30', '%00', 'null']) assert.ok(!Query.safeParse({ after }).success, after);
});
