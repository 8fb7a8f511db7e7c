import type { Evidence, PublishedEvent } from '../../invariants/evidence.ts';
import { firstPublished, repeated } from '../../invariants/group.ts';
import type { StoredOrder } from './evidence.ts';

/** Each step of each order is on order.events under its version, and nothing else is. */
export function stepsArePublished({ orders, events }: Evidence): string[] {
  const published = firstPublished(events).filter(isAboutOrders);
  const known = new Set(orders.map(({ id }) => id));
  const written = new Set(orders.flatMap((order) => stepsOf(order).concat(refundOf(order))));
  const onTopic = new Set(published.filter(({ topic }) => topic === 'order.events').map(nameOf));
  const missing = orders.flatMap(stepsOf).filter((step) => !onTopic.has(step));
  const unwritten = [...onTopic].filter((step) => !written.has(step));
  const unknown = published.filter(({ key }) => !known.has(key));
  return [
    ...missing.map((step) => `It was never published on order.events: ${step}.`),
    ...unwritten.map((step) => `It is on order.events, and never happened: ${step}.`),
    ...unknown.map(({ type, key }) => `${type} is about order ${key}, which does not exist.`),
  ];
}

/** A step that an order has caused is published under one id: two ids mean that it happened twice. */
export function oneEventForEachStep({ events }: Evidence): string[] {
  const published = firstPublished(events).filter(isAboutOrders);
  return repeated(published, ({ type, key }) => `${type} of order ${key}`, 'different');
}

function isAboutOrders({ topic }: PublishedEvent): boolean {
  return topic !== 'product.events';
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
