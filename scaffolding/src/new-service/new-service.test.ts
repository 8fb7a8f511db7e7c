import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceNames, services } from '@repo/stack/topology';
import { openChange } from '../base/change.ts';
import { publishedEvents } from '../base/published-events.ts';
import { repository } from '../base/work-tree.ts';
import { readNewService } from './new-service.ts';

const change = openChange(repository);
const events = [...publishedEvents(change).values()];
const on = events.find(({ schema }) => schema.required?.includes('customerId'))?.type ?? '';
const read = (wish: { name?: string; noun?: string; on?: string }) =>
  readNewService(change, { name: 'shipping', on, publishes: false, ...wish });

test('a new service gets the next free port, and its name as its noun', () => {
  const { noun, nouns, port } = read({ name: 'delivery' });

  assert.deepEqual([noun.camel, nouns.camel], ['delivery', 'deliveries']);
  assert.ok(serviceNames.every((name) => services[name].port[1] < port));
});

test('a name that is no word or is used already is refused', () => {
  for (const name of ['Shipping', 'gift-card', 'x', '../x', 'gateway', ...serviceNames])
    assert.throws(() => read({ name }), { name: 'Failure' }, name);
});

test('a noun that has another meaning in a service is refused', () => {
  for (const noun of ['event', 'config', 'return', 'Shipment'])
    assert.throws(() => read({ noun }), { name: 'Failure' }, noun);
});

test('a noun whose path at the gateway belongs to another service is refused', () => {
  const changed = openChange(repository);
  changed.edit('gateway/haproxy.cfg', (text) => `${text}  { path -m reg ^/v[0-9]+/(gifts|cards)(/|$) }\n`);
  const wish = { name: 'shipping', on, publishes: false };

  for (const noun of ['gift', 'card'])
    assert.throws(() => readNewService(changed, { ...wish, noun }), {
      message: `The path /v1/${noun}s belongs to another service: --noun names another noun.`,
    });
  assert.equal(readNewService(changed, { ...wish, noun: 'gift-card' }).nouns.kebab, 'gift-cards');
});

test('an event that no service publishes is refused with the list of events', () => {
  assert.throws(() => read({ on: 'order.eaten' }), {
    name: 'Failure',
    message: new RegExp(`^No service publishes "order.eaten"\\..*${RegExp.escape(on)}`),
  });
});

test('an event without a customer is refused', () => {
  const other = events.find(({ schema }) => !schema.required?.includes('customerId'));
  if (other)
    assert.throws(() => read({ on: other.type }), {
      message: new RegExp(`^${other.type} has no customerId`),
    });
});
