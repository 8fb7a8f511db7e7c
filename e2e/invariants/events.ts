import {
  type Evidence,
  firstPublished,
  grouped,
  type PublishedEvent,
  type StoredOrder,
  type StoredReservation,
} from './evidence.ts';

/** What is written is said, and what is said is written. */
export function saidAsWritten(evidence: Evidence): string[] {
  const published = firstPublished(evidence.events);
  const left = Object.entries(evidence.outboxes)
    .filter(([, count]) => count > 0)
    .map(([service, count]) => `The outbox of ${service} still holds ${count} events.`);
  return [...left, ...faultsOfHistories(evidence, published), ...faultsOfAnswers(evidence, published)];
}

/** Each step of each order is on order.events under its version, and nothing else is. */
function faultsOfHistories({ orders }: Evidence, published: PublishedEvent[]): string[] {
  const written = new Set(orders.flatMap((order) => stepsOf(order).concat(refundOf(order))));
  const onTopic = new Set(published.filter(({ topic }) => topic === 'order.events').map(nameOf));
  const unpublished = orders.flatMap(stepsOf).filter((step) => !onTopic.has(step));
  const unwritten = [...onTopic].filter((step) => !written.has(step));
  return [
    ...unpublished.map((step) => `It was never said on order.events: ${step}.`),
    ...unwritten.map((step) => `It is said on order.events, and never happened: ${step}.`),
  ];
}

function stepsOf({ id, history }: StoredOrder): string[] {
  return history.map(({ status, version }) => `order.${status} of ${id} in version ${version}`);
}

/** A refund is no step of its own: it carries the version in which the order was cancelled. */
function refundOf({ id, history }: StoredOrder): string[] {
  const cancelled = history.find(({ status }) => status === 'cancelled');
  return cancelled ? [`order.refunded of ${id} in version ${cancelled.version}`] : [];
}

function nameOf({ type, key, data }: PublishedEvent): string {
  return `${type} of ${key} in version ${data.version}`;
}

/** What stands in inventory and payment, and all that has been said of it. */
const PUBLISHED: Record<string, string[]> = {
  'no reservation': [],
  'reservation reserved': ['stock.reserved'],
  'reservation sold': ['stock.reserved'],
  'reservation released': ['stock.reserved'],
  'reservation rejected': ['stock.rejected'],
  'no payment': [],
  'payment pending': [],
  'payment captured': ['payment.captured'],
  'payment declined': ['payment.declined'],
  'payment refunded': ['payment.captured', 'payment.refunded', 'order.refunded'],
};

/** What the others say of an order, and what order says because of it. */
const ANSWERS = /^(stock|payment)\.|^order\.refunded$/;

function faultsOfAnswers(
  { orders, reservations, payments }: Evidence,
  published: PublishedEvent[],
): string[] {
  const reservationOf = new Map(reservations.map((one) => [one.orderId, one]));
  const paymentOf = new Map(payments.map((one) => [one.orderId, one]));
  const publishedFor = grouped(published, ({ key }) => key);
  const known = new Set(orders.map(({ id }) => id));
  const strange = published
    .filter(({ topic, key }) => topic !== 'product.events' && !known.has(key))
    .map(({ type, key }) => `${type} tells of order ${key}, which does not exist.`);
  return [
    ...strange,
    ...orders.flatMap(({ id }) => {
      const payment = paymentOf.get(id);
      const states = [stateOf(reservationOf.get(id)), payment ? `payment ${payment.status}` : 'no payment'];
      return faultsOfStates(id, states, publishedFor(id));
    }),
  ];
}

/** One that was released before it was made is only the note that refuses it. */
function stateOf(reservation: StoredReservation | undefined): string {
  if (!reservation) return 'no reservation';
  const { status, lines } = reservation;
  return status === 'released' && lines.length === 0 ? 'no reservation' : `reservation ${status}`;
}

function faultsOfStates(id: string, states: string[], published: PublishedEvent[]): string[] {
  const must = new Set(states.flatMap((state) => PUBLISHED[state] ?? []));
  const answers = new Set(published.map(({ type }) => type).filter((type) => ANSWERS.test(type)));
  const where = `order ${id} (${states.join(', ')})`;
  return [
    ...[...must.difference(answers)].map((type) => `${type} was never said of ${where}.`),
    ...[...answers.difference(must)].map((type) => `${type} is said of ${where}.`),
  ];
}
