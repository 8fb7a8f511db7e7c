import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, call } from '@repo/testing';
import { database, newCustomer, query, url } from './notification-service.ts';

const problemOf = ({ status, body }: Answer) => `${status} ${body?.type?.split('/').at(-1) ?? ''}`.trim();
const FAILED = '412 precondition-failed';

/** A customer's requests to change the contact, made conditional by headers. */
async function contactOfNewCustomer() {
  const { id, token, email } = await newCustomer();
  const send = (method: string, headers: Record<string, string>, options = {}) =>
    call(`${url}/v1/contacts/me`, method, { token, headers, ...options });
  return {
    email,
    put: async (headers: Record<string, string> = {}) =>
      problemOf(await send('PUT', headers, { body: { email } })),
    erase: async (headers: Record<string, string> = {}) => problemOf(await send('DELETE', headers)),
    isKept: async () => {
      const rows = await query('select email from contacts where customer_id = $1 and email is not null', [
        id,
      ]);
      return rows.length > 0;
    },
    id,
  };
}

test('a missing contact fails If-Match, and passes If-None-Match', async () => {
  const { put, erase, isKept } = await contactOfNewCustomer();

  for (const tag of ['*', '"1"']) {
    assert.equal(await put({ 'if-match': tag }), FAILED);
    assert.equal(await erase({ 'if-match': tag }), FAILED);
  }
  assert.equal(await isKept(), false);
  assert.equal(await erase({ 'if-none-match': '*' }), '204');
  assert.equal(await put({ 'if-none-match': '*' }), '204');
  assert.equal(await isKept(), true);
});

test('a stored contact has no entity tag: If-Match: * passes, and If-None-Match: * fails', async () => {
  const { put, erase, isKept } = await contactOfNewCustomer();
  assert.equal(await put(), '204');

  for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '"1"' }]) {
    assert.equal(await put(headers), FAILED);
    assert.equal(await erase(headers), FAILED);
  }
  assert.equal(await isKept(), true);
  assert.equal(await put({ 'if-match': '*' }), '204');
  assert.equal(await put({ 'if-none-match': '"1"' }), '204');
  assert.equal(await erase({ 'if-match': '*' }), '204');
  assert.equal(await put({ 'if-match': '*' }), FAILED);
  assert.equal(await isKept(), false);
});

test('of ten requests that set the first address at once, one succeeds', async () => {
  const { put } = await contactOfNewCustomer();

  const responses = await Promise.all(Array.from({ length: 10 }, () => put({ 'if-none-match': '*' })));

  assert.deepEqual(responses.sort(), ['204', ...Array(9).fill(FAILED)]);
});

test('ten requests that replace an address at once do so one after the other', async () => {
  const { put } = await contactOfNewCustomer();
  assert.equal(await put(), '204');

  const responses = await Promise.all(Array.from({ length: 10 }, () => put({ 'if-match': '*' })));

  assert.deepEqual(responses, Array(10).fill('204'));
});

test('a precondition that fails stores no row', async () => {
  const { put, id } = await contactOfNewCustomer();
  assert.equal(await put({ 'if-match': '*' }), FAILED);

  const rows = await database.query({ text: 'select from contacts where customer_id = $1', values: [id] });
  assert.equal(rows.length, 0);
});
