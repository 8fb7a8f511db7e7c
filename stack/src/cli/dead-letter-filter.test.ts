import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundedName, readableText } from '@repo/events';
import { serviceNames } from '../topology.ts';
import { filterOf } from './dead-letter-filter.ts';

test('without values there is no filter', () => {
  assert.deepEqual(filterOf({}, ''), {});
  const given = { service: serviceNames[0] as string, kind: 'failed' };
  assert.deepEqual(filterOf(given, ''), given);
});

test('a key is found by itself and by its name as it is shown', () => {
  const long = 'a key of words '.repeat(40);
  for (const key of ['42', 'a b  c', 'line\nend', long]) {
    const name = boundedName(readableText(key));
    assert.deepEqual([filterOf({ key }, ''), filterOf({ key: name }, '')], [{ key: name }, { key: name }]);
  }
  assert.equal(filterOf({ key: '\\x00\\xff' }, '').key, '\\x00\\xff');
});

test('any time is accepted, and other text is refused', () => {
  const since = (text: string) => filterOf({ since: text }, '').since;
  assert.equal(since('2026-01-31T12:00:00Z'), '2026-01-31T12:00:00.000Z');
  assert.equal(since('-000001-01-01T00:00:00Z'), '1970-01-01T00:00:00.000Z');
  assert.equal(since(`${'9'.repeat(30)}d`), '1970-01-01T00:00:00.000Z');
  for (const text of ['soon', '', '+010000-01-01T00:00:00Z', `${'9'.repeat(400)}d`.replace('d', 'x')])
    assert.throws(() => since(text), /--since takes/, text);
});

test('an unknown service or kind is refused', () => {
  assert.throws(() => filterOf({ service: 'constructor' }, ''), /no service "constructor"/);
  assert.throws(() => filterOf({ kind: 'odd' }, ''), /no kind "odd"; there are malformed, failed, behind/);
});
