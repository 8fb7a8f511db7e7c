import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestSystem } from '@repo/testing';
import { keepEvidence } from '../property/folder.ts';
import { endsOf, replayOf, reportOf } from '../property/report.ts';
import { environment, runProperty } from '../property/run.ts';

// Any seed works: `npm run test:property` uses a new one each time, and as many orders as its option asks for.
const plan = { seed: 20_261_123, orders: 200 };

const system = await startTestSystem({ env: environment });
console.log(`seed ${plan.seed}: ${replayOf(plan)}`);
const result = await runProperty(system, plan, console.log);
console.log(reportOf(result));
const broken = result.verdicts.filter(({ violations }) => violations.length > 0);
if (broken.length > 0) console.log(`kept in ${keepEvidence(result, system.dir)}`);

for (const { invariant, promise, violations } of result.verdicts) {
  test(`whatever is done to ${plan.orders} orders, ${promise} (${invariant})`, () => {
    assert.deepEqual(violations.slice(0, 20), [], `replay it with ${replayOf(plan)}`);
  });
}

test('the scripts have reached every end of an order, refunds, lost answers and repeated events', () => {
  const { orders, ledger, calls, events } = result.evidence;
  assert.deepEqual(
    [...endsOf(orders).keys()],
    ['confirmed', 'customer', 'deadline', 'out-of-stock', 'payment-declined'],
  );
  assert.ok(ledger.some(({ kind }) => kind === 'refund'));
  assert.ok(calls.some(({ outcome }) => outcome === 'unknown'));
  assert.ok(new Set(events.map(({ id }) => id)).size < events.length);
});
