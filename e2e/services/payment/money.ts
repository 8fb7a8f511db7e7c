import type { Evidence } from '../../invariants/evidence.ts';
import { grouped } from '../../invariants/group.ts';
import type { StoredOrder } from '../order/evidence.ts';
import type { Booking } from './evidence.ts';

/** The bookings of the payment provider for each order are those that its end requires. */
export function chargedOnce({ orders, ledger }: Evidence): string[] {
  const bookedFor = grouped(ledger, ({ reference }) => reference);
  const known = new Set(orders.map(({ id }) => id));
  const strange = ledger
    .filter(({ reference }) => !known.has(reference))
    .map(({ kind, reference }) => `The ledger has a ${kind} for order ${reference}, which does not exist.`);
  return [...orders.flatMap((order) => faultsOfBookings(order, bookedFor(order.id))), ...strange];
}

function faultsOfBookings(order: StoredOrder, bookings: Booking[]): string[] {
  const { id, status, totalCents, currency } = order;
  const captures = bookings.filter(({ kind }) => kind === 'capture');
  const refunded = sumOf(bookings.filter(({ kind }) => kind === 'refund'));
  const faults = [];
  if (captures.length > 1) faults.push(`Order ${id} was charged ${captures.length} times.`);
  if (captures.some((capture) => capture.amountCents !== totalCents))
    faults.push(`Order ${id} was charged ${captures[0]?.amountCents} and costs ${totalCents}.`);
  if (bookings.some((booking) => booking.currency !== currency))
    faults.push(`Order ${id} was booked in another currency than its own.`);
  if (status === 'confirmed' && captures.length === 0)
    faults.push(`Order ${id} is confirmed and was never charged.`);
  if (status === 'confirmed' && refunded > 0)
    faults.push(`Order ${id} is confirmed and was refunded ${refunded}.`);
  if (status === 'cancelled' && sumOf(captures) !== refunded)
    faults.push(`Order ${id} is cancelled: it was charged ${sumOf(captures)} and refunded ${refunded}.`);
  return faults;
}

/** In each currency, all captures less all refunds are the price of the confirmed orders. */
export function moneyAddsUp({ orders, ledger }: Evidence): string[] {
  const currencies = new Set([...orders, ...ledger].map(({ currency }) => currency));
  return [...currencies].flatMap((currency) => {
    const booked = ledger.filter((booking) => booking.currency === currency);
    const net =
      sumOf(booked.filter(({ kind }) => kind === 'capture')) -
      sumOf(booked.filter(({ kind }) => kind === 'refund'));
    const owed = orders
      .filter((order) => order.currency === currency && order.status === 'confirmed')
      .reduce((sum, { totalCents }) => sum + totalCents, 0);
    return net === owed
      ? []
      : [`The ledger has ${net} in ${currency}, and the confirmed orders cost ${owed}.`];
  });
}

function sumOf(bookings: Booking[]): number {
  return bookings.reduce((sum, { amountCents }) => sum + amountCents, 0);
}
