import { isDeepStrictEqual } from 'node:util';
import { deadLettersHoldTheirOwn } from './dead-letters.ts';
import type { Evidence, PublishedEvent } from './evidence.ts';
import { repeated } from './group.ts';

/** A check of one invariant. Several checks, of several services, can belong to one invariant. */
export interface Invariant {
  /** Its number among the guarantees (docs/guarantees.md), or a word for a condition of all of them. */
  name: string;
  promise: string;
  /** The other services whose evidence it reads: without one of them it is not checked. */
  needs?: string[];
  /** Returns the violations: sentences that name the order, the key or the sku. */
  check(evidence: Evidence): string[];
}

/** The invariants to which services add checks of their own. */
export const ANSWERS = {
  name: 'answers',
  promise: 'no answer is an internal error, and no customer reaches the resources of another',
};
export const PUBLISHED = { name: '7', promise: 'every committed change is published, and nothing else is' };
export const ONE_EFFECT = { name: '8', promise: 'a message takes effect once' };

/** The invariants of any system that is built like this one. */
export const GENERAL: Invariant[] = [
  { name: 'rest', promise: 'the system comes to rest', check: ({ unsettled }) => unsettled },
  {
    name: 'alarms',
    promise: 'no alarm reports a state that can never be right',
    check: ({ alarms }) => alarms,
  },
  { ...ANSWERS, check: noInternalErrors },
  { ...PUBLISHED, check: outboxesAreEmpty },
  { ...ONE_EFFECT, check: messagesTakeEffectOnce },
  {
    name: '11',
    promise: 'a dead letter holds up its own key, in order, and no other',
    check: deadLettersHoldTheirOwn,
  },
  {
    name: '12',
    promise: 'no secret is in a log, a trace, an event or a dead letter',
    check: ({ leaks }) => leaks,
  },
];

function noInternalErrors({ calls }: Evidence): string[] {
  return calls
    .filter(({ status }) => status === 500)
    .map(({ method, path }) => `${method} ${path} was answered 500: an internal error.`);
}

function outboxesAreEmpty({ outboxes }: Evidence): string[] {
  return Object.entries(outboxes)
    .filter(([, count]) => count > 0)
    .map(([service, count]) => `The outbox of ${service} still holds ${count} events.`);
}

function messagesTakeEffectOnce({ events, effects }: Evidence): string[] {
  return [
    ...repeated(effects, ({ service, messageId }) => `${messageId} in ${service}`, 'effects of the message'),
    ...faultsOfIdentity(events),
  ];
}

/** An inbox knows an event by its id alone. */
function faultsOfIdentity(events: PublishedEvent[]): string[] {
  const contentOf = ({ type, key, data }: PublishedEvent) => ({ type, key, data });
  return [...Map.groupBy(events, ({ id }) => id)]
    .filter(([, same]) => {
      const first = contentOf(same[0] as PublishedEvent);
      return same.some((event) => !isDeepStrictEqual(contentOf(event), first));
    })
    .map(([id, same]) => `${id} is the id of different events of ${same.map(({ key }) => key).join(', ')}.`);
}
