import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceNames } from '@repo/stack/topology';
import type { Answer } from '@repo/testing';
import { createResources, type Operation, operations } from './operations.ts';

const all = await operations();
const { pathOf, send, state } = await createResources();

const cursorOf = (text: string) => Buffer.from(text).toString('base64url');
const ID = '0198C5A0-0000-7000-8000-00000000000A';

/** Percent-encodings of U+0000 and of surrogates, and invalid ones: none of them is a text. */
const NO_TEXT = ['%00', 'a%00b', '%ED%A0%80', '%ED%B0%80%ED%A0%80', '%C0%80', '%F0%9F', '%', '%zz', '%u0000'];

/** Texts that databases, dates, numbers and parsers often fail on, encoded for a URL. */
const ODD = [
  ...[
    '',
    '+',
    '%20',
    '%0A',
    '%0D%0A',
    '%7F',
    '%C2%85',
    '%E2%80%A8',
    '%EF%BF%BF',
    '%F0%9F%98%80',
    '%EF%BB%BF',
  ],
  ...[
    '0',
    '-0',
    '-1',
    '1.5',
    '1e400',
    '1e-400',
    '0x10',
    'NaN',
    'Infinity',
    '9007199254740993',
    '9'.repeat(400),
  ],
  ...[
    'null',
    'undefined',
    'true',
    '[]',
    '%7B%7D',
    '__proto__',
    'constructor',
    'toString',
    '%27%3B--',
    '%25',
    '*',
  ],
  ...['..', '.', '%2E%2E', '..%2F..%2Fetc', 'a%2Fb', ';a=b', ':id', '%2A'],
  ...['infinity', '-infinity', 'epoch', 'now', '0000-01-01T00:00:00Z', '0000-01-01T00:00:00%2B23:59'],
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59-23:59'],
  ...['-000001-01-01T00:00:00Z', '%2B275760-09-13T00:00:00Z', '2026-02-30T00:00:00Z', '2016-12-31T23:59:60Z'],
  ...[ID, ID.toLowerCase(), `%7B${ID}%7D`, ID.replaceAll('-', ''), `${ID}%0A`],
  ...['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  'a'.repeat(8_000),
];

const TIMES = ['0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-23:59'];

/** Forged cursors. */
const CURSORS = [
  ...[
    '',
    '1',
    '0',
    '-1',
    '1.5',
    '1e400',
    '9007199254740991',
    '9007199254740993',
    '9223372036854775808',
    'null',
  ],
  ...[
    '""',
    '"A"',
    '"KEYBOARD"',
    '"\\u0000"',
    '"\\ud800"',
    '"%00"',
    '[]',
    '{}',
    '{"__proto__":1}',
    '[[[]]]',
    '[',
  ],
  ...['["\\u0000","\\u0000"]', `["2026-01-01T00:00:00Z","${ID}\\u0000"]`, `["infinity","${ID}"]`],
  ...TIMES.map((time) => JSON.stringify([time, ID])),
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
].map(cursorOf);

/** The problem of a refusal, e.g. '400 invalid-request'; of any other answer its status. */
function problemOf({ status, body }: Answer): string {
  return `${status} ${body?.type?.split('/').at(-1) ?? ''}`.trim();
}

function assertNoFailure(answer: Answer, request: string): void {
  const { status, headers, body } = answer;
  assert.ok(status < 500, `${request}: ${status}`);
  assert.ok(headers.get('x-request-id'), request);
  if (status < 400) return;
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/, request);
  assert.equal(body.status, status, request);
}

/** Sends requests, a few at a time. */
async function each<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

const nameOf = ({ service, method, path }: Operation) => `${service}: ${method} ${path}`;
const parametersOf = ({ path }: Operation) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

for (const operation of all) {
  for (const name of operation.query) {
    test(`${nameOf(operation)}: every value of its parameter ${name} is accepted or refused`, async () => {
      const base = pathOf(operation);
      await each([...ODD, ...CURSORS], async (value) => {
        const path = `${base}?${name}=${value}`;
        assertNoFailure(await send(operation, path), path);
      });
      await each(NO_TEXT, async (value) => {
        const answer = await send(operation, `${base}?${name}=${value}`);
        // %u0000 is six characters, of which the first begins an invalid percent-encoding.
        assert.equal(problemOf(answer), '400 invalid-request', value);
        assert.equal(answer.body.errors[0].path, `/${name}`, value);
      });
      for (const query of [`${name}=1&${name}=1`, `${name}[]=1`, `${name}[a]=1`, `${name.toUpperCase()}=1`])
        assert.equal(problemOf(await send(operation, `${base}?${query}`)), '400 invalid-request', query);
    });
  }

  for (const parameter of parametersOf(operation)) {
    test(`${nameOf(operation)}: every value of ${parameter} in its path is accepted or refused`, async () => {
      await each([...ODD, ...CURSORS, ...NO_TEXT], async (value) => {
        const path = pathOf(operation, (name) => (name === parameter ? value : undefined));
        assertNoFailure(await send(operation, path), path);
      });
      const nothing = pathOf(operation, (name) => (name === parameter ? 'a%00b' : undefined));
      const expected = parameter === 'sku' ? '404 not-found' : '400 invalid-request';
      assert.equal(problemOf(await send(operation, nothing)), expected);
    });
  }

  test(`${nameOf(operation)}: an unknown query parameter is refused, whatever its name`, async () => {
    for (const name of ['unknown', '__proto__', 'constructor', 'a%00b', '%ED%A0%80', '%zz', ''])
      assert.equal(
        problemOf(await send(operation, `${pathOf(operation)}?${name}=1`)),
        '400 invalid-request',
        name,
      );
  });

  test(`${nameOf(operation)}: a false precondition is refused, and nothing is changed`, async () => {
    const before = await state();
    const isRead = operation.method === 'GET';
    const failed = '412 precondition-failed';

    assert.equal(problemOf(await send(operation, pathOf(operation), { 'if-match': '"never"' })), failed);
    const both = { 'if-match': '"never"', 'if-none-match': '*' };
    assert.equal(problemOf(await send(operation, pathOf(operation), both)), failed);
    // A change that needs If-Match gets a true one.
    const known = { 'if-none-match': '*', ...(operation.method === 'PATCH' && { 'if-match': '*' }) };
    assert.equal(problemOf(await send(operation, pathOf(operation), known)), isRead ? '304' : failed);
    assert.deepEqual(await state(), before);
  });
}

test('the operations of every service were tested', () => {
  const changes = all.filter(({ method }) => method !== 'GET').map(nameOf);
  assert.ok(changes.includes('order: POST /v1/orders/{id}/cancel'), changes.join(', '));
  assert.deepEqual([...new Set(all.map(({ service }) => service))], serviceNames);
  assert.ok(changes.length >= 3 * serviceNames.length, changes.join(', '));
});
