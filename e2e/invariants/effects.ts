import { isDeepStrictEqual } from 'node:util';
import { type Evidence, firstPublished, type PublishedEvent } from './evidence.ts';

/** Of two of these, an order can hear one. */
const CONTRADICTIONS = [
  ['stock.reserved', 'stock.rejected'],
  ['payment.captured', 'payment.declined'],
  ['payment.declined', 'payment.refunded'],
] as const;

/** However often a message comes, it takes effect once. */
export function oneEffect({ events, effects, reservations, payments, messages }: Evidence): string[] {
  const orderOf = ({ orderId }: { orderId: string }) => orderId;
  return [
    ...repeated(effects, ({ service, messageId }) => `${messageId} in ${service}`, 'effects of the message'),
    ...faultsOfIdentity(events),
    ...faultsOfEvents(firstPublished(events)),
    ...repeated(reservations, orderOf, 'reservations of order'),
    ...repeated(payments, orderOf, 'payments of order'),
    ...repeated(messages, ({ id }) => id, 'messages about the event'),
    ...repeated(messages, ({ kind, orderId }) => `${orderId} (${kind})`, 'messages about order'),
  ];
}

/** Every inbox knows an event by its id alone. */
function faultsOfIdentity(events: PublishedEvent[]): string[] {
  const published = ({ type, key, data }: PublishedEvent) => ({ type, key, data });
  return [...Map.groupBy(events, ({ id }) => id)]
    .filter(([, same]) =>
      same.some((event) => !isDeepStrictEqual(published(event), published(same[0] as PublishedEvent))),
    )
    .map(([id, same]) => `${id} is the id of different events of ${same.map(({ key }) => key).join(', ')}.`);
}

/** What an order has caused is told under one id: two ids mean that it happened twice. */
function faultsOfEvents(published: PublishedEvent[]): string[] {
  const ofOrders = published.filter(({ topic }) => topic !== 'product.events');
  const products = published.filter(({ topic }) => topic === 'product.events');
  return [
    ...repeated(ofOrders, ({ type, key }) => `${type} of order ${key}`, 'different'),
    ...repeated(products, ({ key, data }) => `${key} in version ${data.version}`, 'different events of'),
    ...[...Map.groupBy(ofOrders, ({ key }) => key)].flatMap(([key, about]) => {
      const types = new Set(about.map(({ type }) => type));
      return CONTRADICTIONS.filter(([one, other]) => types.has(one) && types.has(other)).map(
        ([one, other]) => `Both ${one} and ${other} were said of order ${key}.`,
      );
    }),
  ];
}

function repeated<Item>(items: Item[], nameOf: (item: Item) => string, what: string): string[] {
  return [...Map.groupBy(items, nameOf)]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => `There are ${same.length} ${what} ${name}.`);
}
