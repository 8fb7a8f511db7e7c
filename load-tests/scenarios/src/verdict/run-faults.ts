import type { PlannedOrder } from '../../../src/generator/mix.ts';
import type { SystemState } from '../../../src/validity/auditor.ts';
import { type Evidence, faultsOf } from '../../../src/validity/validity.ts';
import { expectedEnd, type Story } from './journal.ts';

/** The evidence of a run: the stories of the customers, and the state of the system for their orders. */
export interface RunEvidence extends SystemState {
  stories: Story[];
  ends: Evidence['ends'];
}

/** The reasons why a run is not valid, as sentences: the checks of the benchmark, and those of cancellations. */
export function faultsOfRun({ stories, ends, ...state }: RunEvidence): string[] {
  const placed = stories.filter((story) => story.orderId !== undefined) as (Story & { orderId: string })[];
  const cancelled = placed.filter((story) => expectedEnd(story) === 'customer');
  const isCancelled = new Set(cancelled.map(({ orderId }) => orderId));
  const others = placed.filter(({ orderId }) => !isCancelled.has(orderId));
  return [
    ...faultsOf({
      ...state,
      accepted: new Map<string, PlannedOrder>(others.map(({ orderId, plan }) => [orderId, plan])),
      complaints: faultsOfAnswers(stories),
      ends,
      orders: state.orders.filter(({ id }) => !isCancelled.has(id)),
      ledger: state.ledger.filter(({ reference }) => !isCancelled.has(reference)),
      openLoops: [],
    }),
    ...cancelled.flatMap(({ orderId }) => faultsOfCancelled(orderId, { ...state, ends })),
  ];
}

/** A refusal (503) has no effect. Any other answer than 201 is a fault. */
export function faultsOfAnswers(stories: Story[]): string[] {
  return stories
    .filter(({ status, orderId }) => orderId === undefined && status !== 503)
    .map(({ key, status }) =>
      status === undefined
        ? `The order with the key ${key} was never answered.`
        : `The order with the key ${key} was answered ${status}.`,
    );
}

/** The stock of a cancelled order is checked with that of all others: none may be reserved or sold. */
function faultsOfCancelled(
  id: string,
  { orders, ends, ledger }: Omit<SystemState, 'stock'> & Pick<RunEvidence, 'ends'>,
): string[] {
  const stored = orders.find((order) => order.id === id);
  const eventIds = new Set((ends.get(id) ?? []).map(({ eventId }) => eventId));
  const balance = ledger
    .filter(({ reference }) => reference === id)
    .reduce((sum, { kind, amountCents }) => sum + (kind === 'capture' ? amountCents : -amountCents), 0);
  return [
    ...(stored?.reason === 'customer'
      ? []
      : [`Order ${id} was cancelled, and is stored as ${stored?.status}.`]),
    ...(eventIds.size === 1
      ? []
      : [`Order ${id} was cancelled, and its end was published ${eventIds.size} times.`]),
    ...(balance === 0 ? [] : [`Order ${id} was cancelled, and ${balance} cents were not refunded.`]),
  ];
}
