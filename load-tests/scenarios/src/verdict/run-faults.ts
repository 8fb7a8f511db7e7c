import type { PlannedOrder } from '../../../src/generator/mix.ts';
import type { SystemState } from '../../../src/validity/auditor.ts';
import { type Evidence, faultsOf } from '../../../src/validity/validity.ts';
import { expectedEnd, type Story } from './journal.ts';

/** What customers and their orders left behind: their stories, and the books of the system as far as they are theirs. */
export interface RunEvidence extends SystemState {
  stories: Story[];
  ends: Evidence['ends'];
}

/** Why a run does not count, as sentences: what the benchmark checks too, and what it does not have, cancellations. */
export function faultsOfRun({ stories, ends, ...state }: RunEvidence): string[] {
  const placed = stories.filter((story) => story.orderId !== undefined) as (Story & { orderId: string })[];
  const cancelled = placed.filter((story) => expectedEnd(story) === 'customer');
  const isCancelled = new Set(cancelled.map(({ orderId }) => orderId));
  const others = placed.filter(({ orderId }) => !isCancelled.has(orderId));
  return [
    ...faultsOf({
      ...state,
      accepted: new Map<string, PlannedOrder>(others.map(({ orderId, plan }) => [orderId, plan])),
      refused: faultsOfAnswers(stories),
      ends,
      orders: state.orders.filter(({ id }) => !isCancelled.has(id)),
      ledger: state.ledger.filter(({ reference }) => !isCancelled.has(reference)),
      openLoops: [],
    }),
    ...cancelled.flatMap(({ orderId }) => faultsOfCancelled(orderId, { ...state, ends })),
  ];
}

/** 503 is a refusal, which leaves nothing behind. What else was not answered with 201 is a fault. */
export function faultsOfAnswers(stories: Story[]): string[] {
  return stories
    .filter(({ status, orderId }) => orderId === undefined && status !== 503)
    .map(({ key, status }) =>
      status === undefined
        ? `The order with the key ${key} was never answered.`
        : `The order with the key ${key} was answered ${status}.`,
    );
}

/** Its stock is checked with all the others': nothing of it may count as reserved or sold. */
function faultsOfCancelled(
  id: string,
  { orders, ends, ledger }: Omit<SystemState, 'stock'> & Pick<RunEvidence, 'ends'>,
): string[] {
  const stored = orders.find((order) => order.id === id);
  const observed = ends.get(id) ?? [];
  const balance = ledger
    .filter(({ reference }) => reference === id)
    .reduce((sum, { kind, amountCents }) => sum + (kind === 'capture' ? amountCents : -amountCents), 0);
  return [
    ...(stored?.reason === 'customer'
      ? []
      : [`Order ${id} was cancelled, and is stored as ${stored?.status}.`]),
    ...(new Set(observed.map(({ eventId }) => eventId)).size === 1
      ? []
      : [`Order ${id} was cancelled, which was not said once.`]),
    ...(balance === 0 ? [] : [`Order ${id} was cancelled, and ${balance} cents were kept.`]),
  ];
}
