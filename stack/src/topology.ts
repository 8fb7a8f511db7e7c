// The one place that knows which services and stand-ins there are. It has no side effects, so that anything may read it.

import type { Topic } from '@repo/events/event-type';
import type { ConsumerGroup, Port, Service, StandIn } from './topology-types.ts';

const declaredServices = {
  order: {
    port: ['ORDER_PORT', 3001],
    needs: [],
    publishes: ['order.events'],
    consumes: [
      { group: 'order', topics: ['inventory.events', 'payment.events'] },
      // Each copy of the price list is a group of its own.
      { group: 'order-prices-{id}', topics: ['product.events'], id: 'select id from price_lists limit 1' },
    ],
    figures: { 'open orders': 'select count(*)::int from orders where ended_at is null' },
    reconciles: 'lists',
  },
  inventory: {
    port: ['INVENTORY_PORT', 3002],
    needs: ['REDIS_URL'],
    publishes: ['inventory.events', 'product.events'],
    consumes: [{ group: 'inventory', topics: ['order.events'] }],
    reconciles: 'compares',
  },
  payment: {
    port: ['PAYMENT_PORT', 3003],
    needs: ['PAYMENT_PROVIDER_URL'],
    publishes: ['payment.events'],
    consumes: [{ group: 'payment', topics: ['order.events'] }],
    reconciles: 'compares',
  },
  notification: {
    port: ['NOTIFICATION_PORT', 3004],
    needs: ['SMTP_URL'],
    publishes: [],
    consumes: [{ group: 'notification', topics: ['order.events'] }],
  },
} as const satisfies Record<string, Service>;

/** The stand-ins for systems that others run in production. */
const declaredStandIns = {
  'payment-provider': {
    ports: [['PAYMENT_PROVIDER_PORT', 3101]],
    file: 'PAYMENT_PROVIDER_FILE',
    offers: { PAYMENT_PROVIDER_URL: ['http', 'PAYMENT_PROVIDER_PORT'] },
  },
  'identity-provider': {
    ports: [['IDENTITY_PROVIDER_PORT', 3102]],
    file: 'IDENTITY_PROVIDER_FILE',
    offers: {},
  },
  mailbox: {
    ports: [
      ['MAILBOX_PORT', 3103],
      ['MAILBOX_SMTP_PORT', 3125],
    ],
    file: 'MAILBOX_FILE',
    offers: { SMTP_URL: ['smtp', 'MAILBOX_SMTP_PORT'] },
  },
} as const satisfies Record<string, StandIn>;

/** The name that all events of one story share: an option of `npm run events`, and a field of their data. */
export const correlation = { option: 'order', field: 'orderId' } as const;

/** The scopes that a token may have. */
export const scopes: readonly string[] = ['stock:write', 'operations'];

/** The commands of the image `tools`. */
export const tools: readonly string[] = ['order', 'token', 'events', 'dead-letters'];

export type ServiceName = keyof typeof declaredServices;
export type StandInName = keyof typeof declaredStandIns;
export type PortVariable =
  | (typeof declaredServices)[ServiceName]['port'][0]
  | (typeof declaredStandIns)[StandInName]['ports'][number][0];

export const services: Readonly<Record<ServiceName, Service<PortVariable>>> = declaredServices;
export const standIns: Readonly<Record<StandInName, StandIn<PortVariable>>> = declaredStandIns;
export const serviceNames = Object.keys(services) as ServiceName[];
export const standInNames = Object.keys(standIns) as StandInName[];
export const isService = (name: string): name is ServiceName => Object.hasOwn(services, name);

/** All topics. */
export const topics: readonly Topic[] = Object.values(services).flatMap(({ publishes }) => publishes);

const declaredPorts: readonly Port<PortVariable>[] = [
  ...Object.values(services).map(({ port }) => port),
  ...Object.values(standIns).flatMap(({ ports }) => ports),
];
export const portVariables: readonly PortVariable[] = declaredPorts.map(([variable]) => variable);
export const usualPorts = Object.fromEntries(declaredPorts) as Readonly<Record<PortVariable, number>>;
/** An environment in which every process gets a free port. */
export const freePorts = Object.fromEntries(portVariables.map((variable) => [variable, '0']));

/**
 * The consumer groups of a service.
 *
 * @param id the value of `groupIdQuery`, where the service has one
 */
export function consumerGroups(service: ServiceName, id: string): ConsumerGroup[] {
  return services[service].consumes.map(({ group, topics }) => ({
    group: group.replace('{id}', id),
    topics: [...topics],
  }));
}

/** The query whose value is a part of the name of a consumer group; none where all names are constant. */
export const groupIdQuery = (service: ServiceName): string | undefined =>
  services[service].consumes.find(({ id }) => id)?.id;
