import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  deleteContact,
  get,
  hasMail,
  mailTo,
  newCustomer,
  publish,
  published,
  putContact,
  query,
  reachableCustomer,
} from './notification-service.ts';

type Customer = Awaited<ReturnType<typeof newCustomer>>;

/** A customer whose address the mailbox refuses (see its README). */
async function refusedCustomer(): Promise<Customer> {
  const customer = await newCustomer();
  const refused = { ...customer, email: `refused+${customer.email}` };
  await putContact(refused);
  return refused;
}

/** Waits until the messages of a customer have this number of attempts and this status. */
async function areAll(customer: Customer, status: string, attempts: number, count = 1): Promise<void> {
  await eventually(
    async () => {
      const rows = await query<{ status: string; attempts: number }>(
        'select status, attempts from messages where customer_id = $1',
        [customer.id],
      );
      return rows.length === count && rows.every((row) => row.status === status && row.attempts === attempts);
    },
    { what: `${count} messages to be ${status} after ${attempts} attempts` },
  );
}

test('a message to an address that the mail server refuses ends as failed, after one attempt', async () => {
  const customer = await refusedCustomer();
  const record = published.confirmed(customer.id);
  await publish([record]);
  await areAll(customer, 'failed', 1);

  const [message] = (await get('/v1/messages', customer)).body.items;
  assert.deepEqual([message.orderId, message.status, message.sentAt], [record.key, 'failed', null]);
  const rows = await query('select failure_code, due_at from messages where customer_id = $1', [customer.id]);
  assert.deepEqual(rows, [{ failure_code: '550 5.1.1', due_at: null }]);
  const other = await reachableCustomer();
  await publish([published.confirmed(other.id)]);
  await hasMail(other.email);
  await areAll(customer, 'failed', 1);
});

test('the next address brings failed messages to the customer', async () => {
  const customer = await refusedCustomer();
  await publish([published.confirmed(customer.id), published.cancelled(customer.id, 'out-of-stock')]);
  await areAll(customer, 'failed', 1, 2);

  await putContact(customer);
  await areAll(customer, 'failed', 2, 2);
  const moved = { ...customer, email: `new-${customer.email}` };
  await putContact(moved);

  await hasMail(moved.email, 2);
  await areAll(customer, 'sent', 3, 2);
  assert.deepEqual(await mailTo(customer.email), []);
});

test('a customer who erases a refused address gets the messages at the next one', async () => {
  const customer = await refusedCustomer();
  await publish([published.confirmed(customer.id)]);
  await areAll(customer, 'failed', 1);

  await deleteContact(customer);
  await areAll(customer, 'failed', 1);
  const moved = { ...customer, email: `new-${customer.email}` };
  await putContact(moved);
  await hasMail(moved.email);
});

test('OpenAPI has the status failed of a message', async () => {
  const { body } = await get('/openapi.json');
  assert.match(JSON.stringify(body.paths['/v1/messages']), /"waiting","sent","failed"/);
});
