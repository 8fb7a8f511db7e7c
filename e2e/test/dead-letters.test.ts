import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { OrderConfirmed } from '@repo/contracts/order';
import { createKafka } from '@repo/events';
import { type EventRecord, eventRecord, eventually, testLog } from '@repo/testing';
import { ended, listProduct, mailAbout, newCustomer, placeOrder, stockOf, system } from './whole-system.ts';

const { brokers } = system.running.servers.kafka;
const kafka = createKafka({ brokers: brokers.split(','), clientId: 'e2e-poison', log: testLog });

/** What npm run dead-letters says. */
function deadLetters(...args: string[]) {
  const command = join(import.meta.dirname, '../../stack/src/commands/dead-letters.ts');
  const env = { ...process.env, TENFOLD_DIR: system.dir };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr, lines: stdout.trim().split('\n') };
}

const lettersOf = (key: string): { id: string; service: string; kind: string; type: string }[] =>
  deadLetters('list', '--key', key, '--json')
    .lines.filter(Boolean)
    .map((line) => JSON.parse(line));

test('a poisoned event parks its own order alone; a person finds it, discards it, and the order goes on', async () => {
  const [customer, sku] = await Promise.all([newCustomer(), listProduct({ stock: 10 })]);
  const poisoned = randomUUID();
  const good = () => confirmed(poisoned, customer.id, sku);
  await publish({ ...good(), value: '{"orderId":' }, good());

  const { id } = (await placeOrder(customer, { sku })).body;
  assert.equal((await ended(customer, id)).status, 'confirmed');
  await mailAbout(customer, id);
  await eventually(async () => (await stockOf(sku)).sold === 1);

  const found = await eventually(() => {
    const letters = lettersOf(poisoned);
    return letters.length === 4 && letters;
  });
  assert.deepEqual(found.map(({ service, kind }) => `${service} ${kind}`).sort(), [
    'inventory behind',
    'inventory malformed',
    'notification behind',
    'notification malformed',
  ]);
  assert.match(deadLetters('list').text, /malformed +order\.confirmed/);
  const first = found.find(({ service, kind }) => service === 'notification' && kind === 'malformed');
  const shown = deadLetters('show', first?.id ?? '');
  assert.match(shown.text, /The value is not JSON/);
  assert.match(deadLetters('replay', '--all', '--dry-run').text, new RegExp(`would replay ${first?.id}`));
  assert.equal(deadLetters('discard', first?.id ?? '').status, 1);
  assert.equal(deadLetters('discard', first?.id ?? '', '--reason', 'sent by a test').status, 0);

  await mailAbout(customer, poisoned);
  assert.equal(lettersOf(poisoned).length, 2);
  assert.equal(deadLetters('replay', '--all', '--rate', '100').status, 0);
});

test('what makes no sense is refused in a sentence', () => {
  for (const args of [
    [],
    ['burn'],
    ['show'],
    ['list', 'x'],
    ['replay'],
    ['list', '--service', 'shipping'],
    ['list', '--since', 'soon'],
  ])
    assert.equal(deadLetters(...args).status, 1, args.join(' '));
  assert.match(deadLetters('show', randomUUID()).text, /No service has a dead letter/);
});

function confirmed(orderId: string, customerId: string, sku: string) {
  const lines = [{ sku, quantity: 1 }];
  return eventRecord(OrderConfirmed, {
    orderId,
    version: 3,
    customerId,
    totalCents: 1,
    currency: 'EUR',
    lines,
  });
}

async function publish(...records: EventRecord[]): Promise<void> {
  const publisher = await kafka.openPublisher();
  await publisher.publish([
    { topic: 'order.events', records: records.map(({ topic: _, ...record }) => record) },
  ]);
  await publisher.close();
}
