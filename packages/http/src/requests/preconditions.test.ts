import assert from 'node:assert/strict';
import { test } from 'node:test';
import { falsePrecondition, preconditionFailure, requiredPreconditionFailure } from './preconditions.ts';

const THING = { etag: '"3"' };
const UNTAGGED = {};

const MATCHING = ['"3"', '*', ' * ', '"2", "3"', '"2","3"', ', "3" ,', 'W/"3", "3"', '"a,b", "3"'];

for (const header of MATCHING) {
  test(`a thing in version 3 may be changed with If-Match: ${header}`, () => {
    assert.equal(preconditionFailure({ 'if-match': header }, THING), undefined);
  });
}

const OTHERS = [
  '"2"',
  '"2", "4"',
  '"33"',
  'W/"3"',
  'w/"3"',
  'W/"2", W/"3"',
  '3',
  "'3'",
  '"3',
  'x"3"',
  '"3"x',
  '"a, "3", b"',
  '" 3"',
  '"*"',
  '"2", *',
  '',
  ',',
];

for (const header of OTHERS) {
  test(`a thing in version 3 is not changed with If-Match: ${header}`, () => {
    const refusal = preconditionFailure({ 'if-match': header }, THING);

    assert.equal(refusal?.type, 'precondition-failed');
    assert.equal(refusal?.status, 412);
    assert.match(refusal?.message ?? '', /"3"/);
    assert.deepEqual(refusal?.headers, { etag: '"3"' });
  });
}

test('a thing is not changed by somebody who does not say in which version, where that is required', () => {
  const refusal = requiredPreconditionFailure({ 'if-none-match': '"2"' }, THING);

  assert.equal(refusal?.type, 'precondition-required');
  assert.equal(refusal?.status, 428);
  assert.match(refusal?.message ?? '', /Send If-Match/);
});

test('where it is required and sent, it is evaluated as anywhere', () => {
  assert.equal(requiredPreconditionFailure({ 'if-match': '"3"' }, THING), undefined);
  assert.equal(requiredPreconditionFailure({ 'if-match': '"2"' }, THING)?.status, 412);
  assert.equal(
    requiredPreconditionFailure({ 'if-match': '*', 'if-none-match': 'W/"3"' }, THING)?.status,
    412,
  );
});

/** The headers, what is there, and the precondition that is false. */
const CASES: [Record<string, string>, { etag?: string } | undefined, string | undefined][] = [
  [{}, THING, undefined],
  [{}, undefined, undefined],
  [{ 'if-match': '*' }, THING, undefined],
  [{ 'if-match': '*' }, UNTAGGED, undefined],
  [{ 'if-match': '*' }, undefined, 'if-match'],
  [{ 'if-match': '"3"' }, UNTAGGED, 'if-match'],
  [{ 'if-match': '"3"' }, undefined, 'if-match'],
  [{ 'if-match': '' }, UNTAGGED, 'if-match'],
  [{ 'if-match': 'W/"3"' }, { etag: 'W/"3"' }, 'if-match'],
  [{ 'if-none-match': '*' }, THING, 'if-none-match'],
  [{ 'if-none-match': ' * ' }, UNTAGGED, 'if-none-match'],
  [{ 'if-none-match': '*' }, undefined, undefined],
  [{ 'if-none-match': '"3"' }, THING, 'if-none-match'],
  [{ 'if-none-match': 'W/"3"' }, THING, 'if-none-match'],
  [{ 'if-none-match': '"3"' }, { etag: 'W/"3"' }, 'if-none-match'],
  [{ 'if-none-match': '"2", W/"3"' }, THING, 'if-none-match'],
  [{ 'if-none-match': '"2"' }, THING, undefined],
  [{ 'if-none-match': '"3"' }, UNTAGGED, undefined],
  [{ 'if-none-match': '"3"' }, undefined, undefined],
  [{ 'if-none-match': '' }, THING, undefined],
  [{ 'if-match': '"2"', 'if-none-match': '"3"' }, THING, 'if-match'],
  [{ 'if-match': '"3"', 'if-none-match': '"3"' }, THING, 'if-none-match'],
  [{ 'if-match': '"3"', 'if-none-match': '"2"' }, THING, undefined],
  [{ 'if-modified-since': 'x', 'if-unmodified-since': 'x' }, THING, undefined],
];

for (const [headers, representation, failed] of CASES) {
  test(`of ${JSON.stringify(headers)} with ${JSON.stringify(representation)} there, ${failed} is false`, () => {
    assert.equal(falsePrecondition(headers, representation), failed);
    assert.equal(preconditionFailure(headers, representation)?.status, failed && 412);
  });
}
