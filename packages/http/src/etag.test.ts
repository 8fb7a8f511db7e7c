import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIfMatch } from './etag.ts';

const THING = { version: 3 };

const MATCHING = ['"3"', '*', ' * ', '"2", "3"', '"2","3"', ', "3" ,', 'W/"3", "3"', '"a,b", "3"'];

for (const header of MATCHING) {
  test(`a thing in version 3 may be changed with If-Match: ${header}`, () => {
    assert.equal(checkIfMatch(header, THING), undefined);
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
    const refusal = checkIfMatch(header, THING);

    assert.equal(refusal?.type, 'precondition-failed');
    assert.equal(refusal?.status, 412);
    assert.match(refusal?.message ?? '', /"3"/);
    assert.deepEqual(refusal?.headers, { etag: '"3"' });
  });
}

test('a thing is not changed by somebody who does not say in which version', () => {
  const refusal = checkIfMatch(undefined, THING);

  assert.equal(refusal?.type, 'precondition-required');
  assert.equal(refusal?.status, 428);
  assert.match(refusal?.message ?? '', /Send If-Match/);
});
