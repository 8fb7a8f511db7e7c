import type { Topic } from '@repo/events/event-type';
import type { PortVariable } from './ports.ts';

/** The services, and what each of them needs besides its database, Kafka and the identity provider. */
export const services = {
  order: { port: 'ORDER_PORT', needs: [] },
  inventory: { port: 'INVENTORY_PORT', needs: ['REDIS_URL'] },
  payment: { port: 'PAYMENT_PORT', needs: ['PAYMENT_PROVIDER_URL'] },
  notification: { port: 'NOTIFICATION_PORT', needs: ['SMTP_URL'] },
} as const satisfies Record<string, { port: PortVariable; needs: readonly string[] }>;

/** What somebody else runs in production: the ports of each, the first for HTTP, and the file that it keeps. */
export const standIns = {
  'payment-provider': { ports: ['PAYMENT_PROVIDER_PORT'], file: 'PAYMENT_PROVIDER_FILE' },
  'identity-provider': { ports: ['IDENTITY_PROVIDER_PORT'], file: 'IDENTITY_PROVIDER_FILE' },
  mailbox: { ports: ['MAILBOX_PORT', 'MAILBOX_SMTP_PORT'], file: 'MAILBOX_FILE' },
} as const satisfies Record<string, { ports: readonly PortVariable[]; file: string }>;

export type ServiceName = keyof typeof services;
export type StandInName = keyof typeof standIns;

export const serviceNames = Object.keys(services) as ServiceName[];
export const standInNames = Object.keys(standIns) as StandInName[];
export const isService = (name: string): name is ServiceName => Object.hasOwn(services, name);

/** A consumer group of Kafka, without the namespace, and the topics that it consumes. */
export type ConsumerGroup = { group: string; topics: Topic[] };

/**
 * The consumer groups of a service.
 *
 * @param priceListId the id of the row in order's `price_lists`: each copy of the price list is a group of its own
 */
export function consumerGroups(service: ServiceName, priceListId: string): ConsumerGroup[] {
  if (service !== 'order') return [{ group: service, topics: ['order.events'] }];
  return [
    { group: 'order', topics: ['inventory.events', 'payment.events'] },
    { group: `order-prices-${priceListId}`, topics: ['product.events'] },
  ];
}
