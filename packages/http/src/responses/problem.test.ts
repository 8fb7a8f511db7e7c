import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem, problemBody } from './problem.ts';

const request = { instance: '/v1/orders', traceId: '0af7651916cd43dd8448eb211c80319c' };

test('the body of a problem has the members of RFC 9457, and ours', () => {
  const error = problem('sku-taken', 'KEYBOARD is taken.');

  assert.deepEqual(JSON.parse(problemBody(error, request)), {
    type: 'https://tenfold.example/problems/sku-taken',
    title: 'The sku is taken',
    status: 409,
    detail: 'KEYBOARD is taken.',
    ...request,
  });
});

test('a problem of single values names each', () => {
  const errors = [{ path: '/lines/0/sku', message: 'It is not a sku.' }];

  const body = problemBody(problem('invalid-request', 'Some values are not valid.', { errors }), request);

  assert.deepEqual(JSON.parse(body).errors, errors);
});

test('a problem that passes says when to come again, and keeps its other headers', () => {
  const { headers } = problem('overloaded', 'Later.', { retryAfterSeconds: 2, headers: { a: 'b' } });

  assert.deepEqual(headers, { a: 'b', 'retry-after': '2' });
});

test('the cause of a problem is kept for the log and not told', () => {
  const error = problem('internal', 'Our fault.', { cause: new Error('select secret') });

  assert.ok(error.cause instanceof Error);
  assert.doesNotMatch(problemBody(error, request), /secret/);
});
