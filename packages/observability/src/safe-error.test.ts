import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorText, safeError } from './safe-error.ts';

const ADDRESS = 'ada@canary.example';

/** As nodemailer throws it. */
const refusal = Object.assign(new Error(`All recipients were rejected: 550 <${ADDRESS}>: rejected`), {
  code: 'EENVELOPE',
  response: `550 <${ADDRESS}>: rejected`,
  responseCode: 550,
  command: 'RCPT TO',
  rejected: [ADDRESS],
  rejectedErrors: [new Error(ADDRESS)],
});

test('a safe error keeps its message, redacted, and the properties that hold no data', () => {
  const { stack, ...safe } = safeError(refusal);

  assert.deepEqual(safe, {
    type: 'Error',
    message: 'All recipients were rejected: 550 <[redacted]>: rejected',
    code: 'EENVELOPE',
    responseCode: 550,
    command: 'RCPT TO',
  });
  assert.match(stack ?? '', /^Error: All recipients .*\n {4}at .*safe-error\.test\.ts:\d+/);
});

test('the data of a row in a Postgres error is left out, and the name of the constraint is kept', () => {
  const violation = Object.assign(
    new Error('duplicate key value violates unique constraint "contacts_email"'),
    {
      code: '23505',
      detail: `Key (email)=(${ADDRESS}) already exists.`,
      where: `row of ${ADDRESS}`,
      constraint: 'contacts_email',
    },
  );
  const safe = safeError(violation);

  assert.doesNotMatch(JSON.stringify(safe), /canary/);
  assert.deepEqual([safe.code, safe.constraint], ['23505', 'contacts_email']);
});

test('a cause is made safe in the same way, and an endless chain of causes is cut', () => {
  const loop = new Error('loop');
  loop.cause = loop;

  assert.equal(safeError(new Error('not sent', { cause: refusal })).cause?.code, 'EENVELOPE');
  assert.doesNotMatch(JSON.stringify(safeError(new Error('not sent', { cause: refusal }))), /canary/);
  assert.ok(JSON.stringify(safeError(loop)).length < 50_000);
});

test('any thrown value has a text that any column can store', () => {
  const thrown = [undefined, null, 7, 'no', {}, Object.create(null), Symbol('s'), { message: 'm' }];

  for (const one of thrown) assert.equal(typeof errorText(one), 'string');
  assert.equal(errorText(new Error('a\0b\ud800c')), 'a\\x00b\ufffdc');
  assert.ok(errorText(new Error('x'.repeat(1_000_000))).length < 2_100);
});
