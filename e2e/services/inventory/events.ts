import type { Evidence } from '../../invariants/evidence.ts';
import { firstPublished, grouped, repeated } from '../../invariants/group.ts';
import { faultsOfAnswers } from '../order/faults-of-answers.ts';
import type { StoredReservation } from './evidence.ts';

/** The events that each state of a reservation has caused. */
const PUBLISHED: Record<string, string[]> = {
  'no reservation': [],
  'reservation reserved': ['stock.reserved'],
  'reservation sold': ['stock.reserved'],
  'reservation released': ['stock.reserved'],
  'reservation rejected': ['stock.rejected'],
};

/** The events of each order are those of its reservation. */
export function reservationsArePublished({ orders, reservations, events }: Evidence): string[] {
  const reservationOf = new Map(reservations.map((one) => [one.orderId, one]));
  const publishedFor = grouped(firstPublished(events), ({ key }) => key);
  return orders.flatMap(({ id }) => {
    const state = stateOf(reservationOf.get(id));
    const answers = publishedFor(id).filter(({ type }) => type.startsWith('stock.'));
    return faultsOfAnswers(`${id} (${state})`, PUBLISHED[state] ?? [], answers);
  });
}

/** A reservation that was released before it was made is only a tombstone. */
function stateOf(reservation: StoredReservation | undefined): string {
  if (!reservation) return 'no reservation';
  const { status, lines } = reservation;
  return status === 'released' && lines.length === 0 ? 'no reservation' : `reservation ${status}`;
}

/** Each order has one reservation with one outcome, and each version of a product has one event. */
export function oneEffectInInventory({ events, reservations }: Evidence): string[] {
  const published = firstPublished(events);
  const products = published.filter(({ topic }) => topic === 'product.events');
  const typesOf = grouped(published, ({ type }) => type);
  const rejected = new Set(typesOf('stock.rejected').map(({ key }) => key));
  return [
    ...repeated(products, ({ key, data }) => `${key} in version ${data.version}`, 'different events of'),
    ...typesOf('stock.reserved')
      .filter(({ key }) => rejected.has(key))
      .map(({ key }) => `Both stock.reserved and stock.rejected were published for order ${key}.`),
    ...repeated(reservations, ({ orderId }) => orderId, 'reservations of order'),
  ];
}
