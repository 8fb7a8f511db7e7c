import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { advance, hasEnded, type Order, place, type Trigger } from './order.ts';

// The saga among the others: one order, an inventory, a payment and a provider, as small as they can be, and between
// them messages that come late, twice, in any order, or only after the order's time is up.

const AT = new Date('2026-01-02T03:04:05.678Z');
const PRICES = new Map([['KEYBOARD', { name: 'Keyboard', priceCents: 4_999, currency: 'EUR' }]]);

type AdvanceOutcome = Trigger | `order.${'placed' | 'reserved' | 'confirmed' | 'cancelled' | 'refunded'}`;

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
  /** All that was ever said: any of it may come again at any time. */
  const said: AdvanceOutcome[] = ['order.placed'];
  const undelivered = new Set<number>([0]);

  function say(message: AdvanceOutcome): void {
    undelivered.add(said.push(message) - 1);
  }

  function happen(trigger: Trigger): void {
    const next = advance(order, trigger, AT);
    if (next === 'alarm') alarms.push(`${order.status}: ${trigger}`);
    if (typeof next === 'string') return;
    if (next.version !== order.version) statuses.push(next.status);
    say(next.refundedAt ? 'order.refunded' : `order.${next.status}`);
    order = next;
  }

  function hearStock(message: AdvanceOutcome): void {
    if (message === 'order.placed' && stock === 'untouched') {
      stock = isInStock ? 'reserved' : 'rejected';
      say(isInStock ? 'stock.reserved' : 'stock.rejected');
    } else if (message === 'order.confirmed' && stock === 'reserved') stock = 'sold';
    else if (message === 'order.cancelled' && (stock === 'reserved' || stock === 'untouched'))
      stock = 'released';
  }

  function hearPayment(message: AdvanceOutcome): void {
    if (message === 'order.reserved' && payment === 'none' && isWanted) payment = 'pending';
    if (message === 'order.cancelled') isWanted = false;
  }

  return {
    /** Delivers something that was said, for the first time or again. */
    deliver(index: number): void {
      undelivered.delete(index);
      const message = said[index] as AdvanceOutcome;
      if (message.startsWith('order.')) {
        hearStock(message);
        hearPayment(message);
      } else happen(message as Trigger);
    },
    /** The provider is asked, with one key each: it moves money once, and its answer may be lost. */
    askProvider(isAnswerLost: boolean): void {
      if (payment === 'pending') {
        if (isSolvent) ledger.captured = 1;
        if (isAnswerLost) return;
        payment = isSolvent ? 'captured' : 'declined';
        say(`payment.${payment}`);
      } else if (payment === 'captured' && !isWanted) {
        ledger.refunded = 1;
        if (isAnswerLost) return;
        payment = 'refunded';
        say('payment.refunded');
      }
    },
    happen,
    /** Lets all come to rest, as it does in the end. */
    settle(): void {
      do {
        for (const index of [...undelivered]) this.deliver(index);
        this.askProvider(false);
      } while (undelivered.size > 0);
    },
    saidCount: () => said.length,
    outcome: () => ({ order, stock, payment, ledger, statuses, alarms, said }),
  };
}

type World = ReturnType<typeof createWorld>;

/** One thing that may happen next; `pick` chooses among what was said. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('deliver' as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('ask' as const, 'ask in vain' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('cancel' as const, 'deadline' as const) }) },
);
type Step = { what: 'deliver' | 'ask' | 'ask in vain' | 'cancel' | 'deadline'; pick?: number };

function take(world: World, { what, pick = 0 }: Step): void {
  if (what === 'deliver') world.deliver(pick % world.saidCount());
  else if (what === 'ask' || what === 'ask in vain') world.askProvider(what === 'ask in vain');
  else world.happen(what);
}

const circumstances = fc.record({ isInStock: fc.boolean(), isSolvent: fc.boolean() });

test('whatever comes late, twice, out of order or after the deadline: one end, and money and stock agree with it', () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(circumstances, fc.array(step, { maxLength: 40 }), fc.boolean(), (given, steps, isLate) => {
      const world = createWorld(given);
      for (const one of steps) take(world, one);
      // What has not been delivered by now comes after the deadline, or before it.
      if (!isLate) world.settle();
      world.happen('deadline');
      world.settle();

      const { order, stock, payment, ledger, statuses, alarms, said } = world.outcome();
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
        assert.equal(said.filter((one) => one === 'order.refunded').length, ledger.refunded);
      }
    }),
    { numRuns: 3_000 },
  );
  // The scripts are of use only if they come to all ends, the rare ones too.
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
