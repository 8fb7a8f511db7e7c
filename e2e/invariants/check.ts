import { acknowledgedIsKept, answersAreAllowed, oneOrderForEachKey } from './calls.ts';
import { deadLettersHoldTheirOwn } from './dead-letters.ts';
import { oneEffect } from './effects.ts';
import { saidAsWritten } from './events.ts';
import type { Evidence } from './evidence.ts';
import { everyoneIsTold } from './messages.ts';
import { chargedOnce, moneyAddsUp } from './money.ts';
import { oneEnd } from './orders.ts';
import { pricesAreNewest } from './prices.ts';
import { stockAddsUp } from './stock.ts';

export interface Verdict {
  /** Its number among the guarantees, or a word for what all of them stand on. */
  invariant: string;
  promise: string;
  /** Sentences that name the order or the sku; empty when the promise was kept. */
  violations: string[];
}

const INVARIANTS: [invariant: string, promise: string, check: (evidence: Evidence) => string[]][] = [
  ['rest', 'the system comes to rest', ({ unsettled }) => unsettled],
  ['alarms', 'nobody is told of what can never be right', ({ alarms }) => alarms],
  ['answers', 'no error of ours, and nobody reaches what is not theirs', answersAreAllowed],
  ['1', 'what was acknowledged is kept, and a repeat finds the same order', acknowledgedIsKept],
  ['2', 'there is one order for each customer and key', oneOrderForEachKey],
  ['3', 'every order comes to one end, by a way that there is', oneEnd],
  ['4', 'an order is charged at most once, and a cancelled one nothing', chargedOnce],
  ['5', 'the money is what the confirmed orders cost', moneyAddsUp],
  ['6', 'the stock adds up, and nothing is oversold', stockAddsUp],
  ['7', 'what is written is said, and what is said is written', saidAsWritten],
  ['8', 'a message takes effect once', oneEffect],
  ['9', 'the price list never goes back', pricesAreNewest],
  ['10', 'every customer is told', everyoneIsTold],
  ['11', 'a dead letter holds up its own, in order, and nobody else', deadLettersHoldTheirOwn],
  ['12', 'what is secret stands in no log, trace, event or dead letter', ({ leaks }) => leaks],
];

/** Checks all invariants on what a run has left behind. Pure. */
export function checkInvariants(evidence: Evidence): Verdict[] {
  return INVARIANTS.map(([invariant, promise, check]) => ({
    invariant,
    promise,
    violations: check(evidence),
  }));
}
