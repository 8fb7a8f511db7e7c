import assert from 'node:assert/strict';
import { test } from 'node:test';
import { falsePrecondition, preconditionFailure, requiredPreconditionFailure } from './preconditions.ts';

const RESOURCE = { etag: '"3"' };
const UNTAGGED = {};

const MATCHING = ['"3"', '*', ' * ', '"2", "3"', '"2","3"', ', "3" ,', 'W/"3", "3"', '"a,b", "3"'];

for (const header of MATCHING) {
  test(`a resource in version 3 may be changed with If-Match: ${header}`, () => {
    assert.equal(preconditionFailure({ 'if-match': header }, RESOURCE), undefined);
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
  test(`a resource in version 3 is not changed with If-Match: ${header}`, () => {
    const refusal = preconditionFailure({ 'if-match': header }, RESOURCE);

    assert.equal(refusal?.type, 'precondition-failed');
    assert.equal(refusal?.status, 412);
    assert.match(refusal?.message ?? '', /"3"/);
    assert.deepEqual(refusal?.headers, { etag: '"3"' });
  });
}

test('a change without If-Match is refused where If-Match is required', () => {
  const refusal = requiredPreconditionFailure({ 'if-none-match': '"2"' }, RESOURCE);

  assert.equal(refusal?.type, 'precondition-required');
  assert.equal(refusal?.status, 428);
  assert.match(refusal?.message ?? '', /Send If-Match/);
});

test('a required If-Match is evaluated like any other', () => {
  assert.equal(requiredPreconditionFailure({ 'if-match': '"3"' }, RESOURCE), undefined);
  assert.equal(requiredPreconditionFailure({ 'if-match': '"2"' }, RESOURCE)?.status, 412);
  assert.equal(
    requiredPreconditionFailure({ 'if-match': '*', 'if-none-match': 'W/"3"' }, RESOURCE)?.status,
    412,
  );
});

/** The headers, the representation, and the precondition that is false. */
const CASES: [Record<string, string>, { etag?: string } | undefined, string | undefined][] = [
  [{}, RESOURCE, undefined],
  [{}, undefined, undefined],
  [{ 'if-match': '*' }, RESOURCE, undefined],
  [{ 'if-match': '*' }, UNTAGGED, undefined],
  [{ 'if-match': '*' }, undefined, 'if-match'],
  [{ 'if-match': '"3"' }, UNTAGGED, 'if-match'],
  [{ 'if-match': '"3"' }, undefined, 'if-match'],
  [{ 'if-match': '' }, UNTAGGED, 'if-match'],
  [{ 'if-match': 'W/"3"' }, { etag: 'W/"3"' }, 'if-match'],
  [{ 'if-none-match': '*' }, RESOURCE, 'if-none-match'],
  [{ 'if-none-match': ' * ' }, UNTAGGED, 'if-none-match'],
  [{ 'if-none-match': '*' }, undefined, undefined],
  [{ 'if-none-match': '"3"' }, RESOURCE, 'if-none-match'],
  [{ 'if-none-match': 'W/"3"' }, RESOURCE, 'if-none-match'],
  [{ 'if-none-match': '"3"' }, { etag: 'W/"3"' }, 'if-none-match'],
  [{ 'if-none-match': '"2", W/"3"' }, RESOURCE, 'if-none-match'],
  [{ 'if-none-match': '"2"' }, RESOURCE, undefined],
  [{ 'if-none-match': '"3"' }, UNTAGGED, undefined],
  [{ 'if-none-match': '"3"' }, undefined, undefined],
  [{ 'if-none-match': '' }, RESOURCE, undefined],
  [{ 'if-match': '"2"', 'if-none-match': '"3"' }, RESOURCE, 'if-match'],
  [{ 'if-match': '"3"', 'if-none-match': '"3"' }, RESOURCE, 'if-none-match'],
  [{ 'if-match': '"3"', 'if-none-match': '"2"' }, RESOURCE, undefined],
  [{ 'if-modified-since': 'x', 'if-unmodified-since': 'x' }, RESOURCE, undefined],
];

for (const [headers, representation, failed] of CASES) {
  test(`of ${JSON.stringify(headers)} for the representation ${JSON.stringify(representation)}, ${failed} is false`, () => {
    assert.equal(falsePrecondition(headers, representation), failed);
    assert.equal(preconditionFailure(headers, representation)?.status, failed && 412);
  });
}
