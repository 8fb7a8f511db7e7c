import {
  type Call,
  type Evidence,
  firstPublished,
  grouped,
  hasEnded,
  type PublishedEvent,
  type StoredOrder,
} from './evidence.ts';

/** The ways from the placing of an order to its end. */
const WAYS = ['placed reserved confirmed', 'placed reserved cancelled', 'placed cancelled'];

/** Every order has come to one end, by a way that there is, and never left it. */
export function oneEnd({ calls, orders, events }: Evidence): string[] {
  const publishedFor = grouped(firstPublished(events), ({ key }) => key);
  const seenOf = grouped(calls.filter(showsEnd), ({ answer }) => (answer as { id: string }).id);
  return orders.flatMap((order) => [
    ...faultsOfWay(order),
    ...faultsOfWhatWasSaid(order, publishedFor(order.id)),
    ...seenOf(order.id)
      .map(({ answer }) => (answer as { status: string }).status)
      .filter((status) => status !== order.status)
      .map((status) => `Order ${order.id} was shown as ${status}, and is ${order.status}.`),
  ]);
}

function faultsOfWay({ id, status, version, reason, history }: StoredOrder): string[] {
  if (!hasEnded({ status })) return [`Order ${id} has not ended: it is ${status}.`];
  const steps = history.toSorted((one, other) => one.version - other.version);
  const way = steps.map((step) => step.status).join(' ');
  const faults = [];
  if (!WAYS.includes(way)) faults.push(`Order ${id} went a way that there is not: ${way}.`);
  if (steps.some((step, index) => step.version !== index + 1))
    faults.push(`Order ${id} has the versions ${steps.map((step) => step.version).join(', ')}.`);
  if (steps.at(-1)?.status !== status || steps.length !== version)
    faults.push(`Order ${id} is ${status} in version ${version}, and its history ends otherwise.`);
  if ((status === 'cancelled') !== (reason !== null))
    faults.push(`Order ${id} is ${status}, and the reason for it is ${reason}.`);
  return faults;
}

/** In order of their first saying: Kafka keeps the order of each key. */
function faultsOfWhatWasSaid({ id, status }: StoredOrder, published: PublishedEvent[]): string[] {
  const steps = published.filter(({ type }) => type.startsWith('order.') && type !== 'order.refunded');
  const ends = steps.filter(({ type }) => type === 'order.confirmed' || type === 'order.cancelled');
  const faults = [];
  if (ends.length > 1) faults.push(`order.events says ${ends.length} ends of order ${id}: ${list(ends)}.`);
  if (ends.some(({ type }) => type !== `order.${status}`))
    faults.push(`order.events says another end of order ${id}, which is ${status}: ${list(ends)}.`);
  if (steps.some(({ data }, index) => data.version < (steps[index - 1]?.data.version ?? 0)))
    faults.push(`order.events tells order ${id} in another order than it happened: ${list(steps)}.`);
  return faults;
}

function list(events: PublishedEvent[]): string {
  return events.map(({ type, id }) => `${type} (${id})`).join(', ');
}

/** Whether a client was shown this order after its end. */
function showsEnd({ outcome, path, answer }: Call): boolean {
  if (outcome !== 'ok' || !path.startsWith('/v1/orders')) return false;
  return hasEnded((answer ?? { status: '' }) as { status: string });
}
