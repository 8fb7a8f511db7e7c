import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { consumersOf } from '../services/active-parts.ts';
import { POISONED, poison } from './poison.ts';
import { ended, listProduct, newCustomer, placeOrder, stockOf, system } from './whole-system.ts';

const consumers = consumersOf(POISONED);

/** Runs npm run dead-letters. */
function deadLetters(...args: string[]) {
  const command = join(import.meta.dirname, '../../stack/src/commands/dead-letters.ts');
  const env = { ...process.env, TENFOLD_DIR: system.dir };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr, lines: stdout.trim().split('\n') };
}

const deadLettersOf = (key: string): { id: string; service: string; kind: string; type: string }[] =>
  deadLetters('list', '--key', key, '--json')
    .lines.filter(Boolean)
    .map((line) => JSON.parse(line));

test('a poisoned event holds up its own order alone; an operator discards it, and the order goes on', async () => {
  const [customer, sku] = await Promise.all([newCustomer(), listProduct({ stock: 10 })]);
  const poisoned = randomUUID();
  await poison({ orderId: poisoned, customerId: customer.id, sku });

  const { id } = (await placeOrder(customer, { sku })).body;
  assert.equal((await ended(customer, id)).status, 'confirmed');
  await eventually(async () => (await stockOf(sku)).sold === 1);

  const found = await eventually(() => {
    const all = deadLettersOf(poisoned);
    return all.length === 2 * consumers.length && all;
  });
  assert.deepEqual(
    found.map(({ service, kind }) => `${service} ${kind}`).sort(),
    consumers.flatMap((service) => [`${service} behind`, `${service} malformed`]).sort(),
  );
  assert.match(deadLetters('list').text, /malformed +order\.confirmed/);
  const first = found.find(({ service, kind }) => service === 'inventory' && kind === 'malformed');
  const shown = deadLetters('show', first?.id ?? '');
  assert.match(shown.text, /The value is not JSON/);
  assert.match(deadLetters('replay', '--all', '--dry-run').text, new RegExp(`would replay ${first?.id}`));
  assert.equal(deadLetters('discard', first?.id ?? '').status, 1);
  assert.equal(deadLetters('discard', first?.id ?? '', '--reason', 'sent by a test').status, 0);

  await eventually(() => deadLettersOf(poisoned).every(({ service }) => service !== 'inventory'));
  assert.equal(deadLettersOf(poisoned).length, 2 * (consumers.length - 1));
  assert.equal(deadLetters('replay', '--all', '--rate', '100').status, 0);
});

test('wrong arguments are refused with a sentence', () => {
  for (const args of [
    [],
    ['burn'],
    ['show'],
    ['list', 'x'],
    ['replay'],
    ['list', '--service', 'no-such-service'],
    ['list', '--since', 'soon'],
  ])
    assert.equal(deadLetters(...args).status, 1, args.join(' '));
  assert.match(deadLetters('show', randomUUID()).text, /No service has a dead letter/);
});
