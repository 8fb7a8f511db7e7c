import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { advance, type Order, place } from './order.ts';
import { hasEnded, type Trigger } from './saga.ts';

// The saga with its partners: one order and minimal models of inventory, payment and the provider. Messages between them
// arrive late, twice, in any order, or after the deadline.

const AT = new Date('2026-01-02T03:04:05.678Z');
const PRICES = new Map([['KEYBOARD', { name: 'Keyboard', priceCents: 4_999, currency: 'EUR' }]]);

type SagaMessage = Trigger | `order.${'placed' | 'reserved' | 'confirmed' | 'cancelled' | 'refunded'}`;

interface Circumstances {
  isInStock: boolean;
  isSolvent: boolean;
}

function createWorld({ isInStock, isSolvent }: Circumstances) {
  const request = {
    customerId: 'c',
    lines: [{ sku: 'KEYBOARD', quantity: 1 }],
    paymentToken: 't',
    metadata: {},
  };
  let order = place(request, PRICES, { id: 'o', at: AT, deadlineSeconds: 900 }) as Order;
  let stock: 'untouched' | 'reserved' | 'rejected' | 'released' | 'sold' = 'untouched';
  let payment: 'none' | 'pending' | 'captured' | 'declined' | 'refunded' = 'none';
  let isWanted = true;
  const ledger = { captured: 0, refunded: 0 };
  const statuses: string[] = [order.status];
  const alarms: string[] = [];
  /** All published messages: each may be delivered again at any time. */
  const published: SagaMessage[] = ['order.placed'];
  const undelivered = new Set<number>([0]);

  function publish(message: SagaMessage): void {
    undelivered.add(published.push(message) - 1);
  }

  function happen(trigger: Trigger): void {
    const next = advance(order, trigger, AT);
    if (next === 'alarm') alarms.push(`${order.status}: ${trigger}`);
    if (typeof next === 'string') return;
    if (next.version !== order.version) statuses.push(next.status);
    publish(next.refundedAt ? 'order.refunded' : `order.${next.status}`);
    order = next;
  }

  function stockReceives(message: SagaMessage): void {
    if (message === 'order.placed' && stock === 'untouched') {
      stock = isInStock ? 'reserved' : 'rejected';
      publish(isInStock ? 'stock.reserved' : 'stock.rejected');
    } else if (message === 'order.confirmed' && stock === 'reserved') stock = 'sold';
    else if (message === 'order.cancelled' && (stock === 'reserved' || stock === 'untouched'))
      stock = 'released';
  }

  function paymentReceives(message: SagaMessage): void {
    if (message === 'order.reserved' && payment === 'none' && isWanted) payment = 'pending';
    if (message === 'order.cancelled') isWanted = false;
  }

  return {
    /** Delivers a published message, for the first time or again. */
    deliver(index: number): void {
      undelivered.delete(index);
      const message = published[index] as SagaMessage;
      if (message.startsWith('order.')) {
        stockReceives(message);
        paymentReceives(message);
      } else happen(message as Trigger);
    },
    /** Calls the provider, with a key: it moves money once, and its reply may be lost. */
    askProvider(isReplyLost: boolean): void {
      if (payment === 'pending') {
        if (isSolvent) ledger.captured = 1;
        if (isReplyLost) return;
        payment = isSolvent ? 'captured' : 'declined';
        publish(`payment.${payment}`);
      } else if (payment === 'captured' && !isWanted) {
        ledger.refunded = 1;
        if (isReplyLost) return;
        payment = 'refunded';
        publish('payment.refunded');
      }
    },
    happen,
    /** Delivers everything until nothing changes. */
    settle(): void {
      do {
        for (const index of [...undelivered]) this.deliver(index);
        this.askProvider(false);
      } while (undelivered.size > 0);
    },
    publishedCount: () => published.length,
    outcome: () => ({ order, stock, payment, ledger, statuses, alarms, published }),
  };
}

type World = ReturnType<typeof createWorld>;

/** One possible next step; `pick` chooses among the published messages. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('deliver' as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('ask' as const, 'ask, reply lost' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('cancel' as const, 'deadline' as const) }) },
);
type Step = { what: 'deliver' | 'ask' | 'ask, reply lost' | 'cancel' | 'deadline'; pick?: number };

function take(world: World, { what, pick = 0 }: Step): void {
  if (what === 'deliver') world.deliver(pick % world.publishedCount());
  else if (what === 'ask' || what === 'ask, reply lost') world.askProvider(what === 'ask, reply lost');
  else world.happen(what);
}

const circumstances = fc.record({ isInStock: fc.boolean(), isSolvent: fc.boolean() });

test('with messages late, twice, out of order or after the deadline, an order ends once, and money and stock agree with it', () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(circumstances, fc.array(step, { maxLength: 40 }), fc.boolean(), (given, steps, isLate) => {
      const world = createWorld(given);
      for (const one of steps) take(world, one);
      // The other messages are delivered after the deadline, or before it.
      if (!isLate) world.settle();
      world.happen('deadline');
      world.settle();

      const { order, stock, payment, ledger, statuses, alarms, published } = world.outcome();
      ends.add(`${order.reason ?? order.status} ${payment} ${stock}`);
      assert.deepEqual(alarms, []);
      assert.ok(hasEnded(order));
      assert.equal(order.version, statuses.length);
      assert.equal(statuses.filter((status) => status === 'confirmed' || status === 'cancelled').length, 1);
      if (order.status === 'confirmed') {
        assert.deepEqual([stock, payment, ledger], ['sold', 'captured', { captured: 1, refunded: 0 }]);
      } else {
        assert.ok(stock === 'released' || stock === 'rejected', stock);
        assert.equal(ledger.captured - ledger.refunded, 0);
        assert.equal(published.filter((one) => one === 'order.refunded').length, ledger.refunded);
      }
    }),
    { numRuns: 3_000 },
  );
  // The scripts must reach every end, the rare ones too.
  for (const end of [
    'confirmed captured sold',
    'out-of-stock none rejected',
    'payment-declined declined released',
    'customer refunded released',
    'deadline refunded released',
    'customer none released',
  ])
    assert.ok(ends.has(end), `no script ended as: ${end}`);
});
