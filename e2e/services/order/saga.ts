import type { Call, Evidence, PublishedEvent } from '../../invariants/evidence.ts';
import { firstPublished, grouped } from '../../invariants/group.ts';
import { hasEnded, type StoredOrder } from './evidence.ts';

/** The paths from the placing of an order to its end. */
const PATHS = ['placed reserved confirmed', 'placed reserved cancelled', 'placed cancelled'];

/** Every order has reached one end, by a path of the saga, and has never left it. */
export function oneEnd({ calls, orders, events }: Evidence): string[] {
  const publishedFor = grouped(firstPublished(events), ({ key }) => key);
  const shownFor = grouped(calls.filter(showsEnd), ({ answer }) => (answer as { id: string }).id);
  return orders.flatMap((order) => [
    ...faultsOfPath(order),
    ...faultsOfEvents(order, publishedFor(order.id)),
    ...shownFor(order.id)
      .map(({ answer }) => (answer as { status: string }).status)
      .filter((status) => status !== order.status)
      .map((status) => `Order ${order.id} was shown as ${status}, and is ${order.status}.`),
  ]);
}

function faultsOfPath({ id, status, version, reason, history }: StoredOrder): string[] {
  if (!hasEnded({ status })) return [`Order ${id} has not ended: it is ${status}.`];
  const steps = history.toSorted((one, other) => one.version - other.version);
  const path = steps.map((step) => step.status).join(' ');
  const faults = [];
  if (!PATHS.includes(path)) faults.push(`Order ${id} took a path that the saga does not have: ${path}.`);
  if (steps.some((step, index) => step.version !== index + 1))
    faults.push(`Order ${id} has the versions ${steps.map((step) => step.version).join(', ')}.`);
  if (steps.at(-1)?.status !== status || steps.length !== version)
    faults.push(`Order ${id} is ${status} in version ${version}, and its history ends otherwise.`);
  if ((status === 'cancelled') !== (reason !== null))
    faults.push(`Order ${id} is ${status}, and the reason for it is ${reason}.`);
  return faults;
}

/** In the order in which they were first published: Kafka keeps the order of each key. */
function faultsOfEvents({ id, status }: StoredOrder, published: PublishedEvent[]): string[] {
  const steps = published.filter(({ type }) => type.startsWith('order.') && type !== 'order.refunded');
  const ends = steps.filter(({ type }) => type === 'order.confirmed' || type === 'order.cancelled');
  const faults = [];
  if (ends.length > 1) faults.push(`order.events has ${ends.length} ends of order ${id}: ${list(ends)}.`);
  if (ends.some(({ type }) => type !== `order.${status}`))
    faults.push(`order.events has another end of order ${id}, which is ${status}: ${list(ends)}.`);
  if (steps.some(({ data }, index) => data.version < (steps[index - 1]?.data.version ?? 0)))
    faults.push(`order.events has the steps of order ${id} in another order: ${list(steps)}.`);
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
