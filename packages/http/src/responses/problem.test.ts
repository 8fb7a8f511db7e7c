import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineProblem, problem, problemBody } from './problem.ts';

const request = { instance: '/v1/meters', traceId: '0af7651916cd43dd8448eb211c80319c' };

test('the body of a problem has the members of RFC 9457, and a trace id', () => {
  const meterSealed = defineProblem('meter-sealed', 409, 'The meter is sealed');
  const error = meterSealed('Meter 7 is sealed.');

  assert.deepEqual(JSON.parse(problemBody(error, request)), {
    type: 'https://tenfold.example/problems/meter-sealed',
    title: 'The meter is sealed',
    status: 409,
    detail: 'Meter 7 is sealed.',
    ...request,
  });
});

test('a problem about single values names each value', () => {
  const errors = [{ path: '/lines/0/code', message: 'It is not a code.' }];

  const body = problemBody(problem('invalid-request', 'Some values are invalid.', { errors }), request);

  assert.deepEqual(JSON.parse(body).errors, errors);
});

test('a temporary problem has Retry-After, and keeps its other headers', () => {
  const { headers } = problem('overloaded', 'Later.', { retryAfterSeconds: 2, headers: { a: 'b' } });

  assert.deepEqual(headers, { a: 'b', 'retry-after': '2' });
});

test('the cause of a problem is kept for the log and stays out of the response', () => {
  const error = problem('internal', 'Our fault.', { cause: new Error('select secret') });

  assert.ok(error.cause instanceof Error);
  assert.doesNotMatch(problemBody(error, request), /secret/);
});
