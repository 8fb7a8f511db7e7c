import type { Call, Evidence, PublishedEvent } from '../../invariants/evidence.ts';
import { firstPublished, grouped } from '../../invariants/group.ts';
import { isPlacement } from './evidence.ts';

/** The price list holds the newest prices, and no order has an older price than an order before it. */
export function pricesAreNewest(evidence: Evidence): string[] {
  const listings = firstPublished(evidence.events).filter(({ topic }) => topic === 'product.events');
  return [...faultsOfList(evidence, listings), ...faultsOfOrders(evidence, listings)];
}

function faultsOfList({ prices, products }: Evidence, listings: PublishedEvent[]): string[] {
  const priceOf = new Map(prices.map((price) => [price.sku, price]));
  const listingsOf = grouped(listings, ({ key }) => key);
  return products.flatMap(({ sku, version }) => {
    const newest = listingsOf(sku).toSorted((one, other) => other.data.version - one.data.version)[0];
    const price = priceOf.get(sku);
    if (newest?.data.version !== version)
      return [`${sku} is in version ${version}, and product.events has ${newest?.data.version}.`];
    if (price?.version !== version)
      return [`${sku} is in version ${version}, and the price list has ${price?.version}.`];
    if (price.isDeleted !== (newest.type === 'product.delisted'))
      return [`${sku} is ${price.isDeleted ? 'off' : 'on'} the price list after ${newest.type}.`];
    if (!price.isDeleted && price.priceCents !== newest.data.priceCents)
      return [`${sku} costs ${newest.data.priceCents}, and ${price.priceCents} on the price list.`];
    return [];
  });
}

/** A line of an order: when its order was sent and acknowledged, and the versions that have its price. */
interface Priced {
  orderId: string;
  sku: string;
  sentAt: number;
  answeredAt: number;
  versions: number[];
}

function faultsOfOrders({ orders, calls }: Evidence, listings: PublishedEvent[]): string[] {
  const listingsAt = grouped(listings, ({ key, data }) => `${key} at ${data.priceCents}`);
  const callsFor = grouped(calls.filter(isPlacement), ({ who, key }) => `${who} ${key}`);
  const priced = orders.flatMap(({ id: orderId, customerId, key, lines }) => {
    const times = timesOf(callsFor(`${customerId} ${key}`));
    return lines.map(({ sku, unitPriceCents }): Priced => {
      const versions = listingsAt(`${sku} at ${unitPriceCents}`).map(({ data }) => data.version);
      return { orderId, sku, ...times, versions };
    });
  });
  const isListed = ({ versions }: Priced) => versions.length > 0;
  return [
    ...priced
      .filter((line) => !isListed(line))
      .map(({ orderId, sku }) => `Order ${orderId} has a price of ${sku} that was never listed.`),
    ...[...Map.groupBy(priced.filter(isListed), ({ sku }) => sku).values()].flatMap(stepsBack),
  ];
}

/**
 * An order that was sent after another was acknowledged sees the same price or a newer one. Clients cannot know more of
 * the order of events than this, and it holds however clocks differ.
 */
function stepsBack(priced: Priced[]): string[] {
  const bySending = priced.toSorted((one, other) => one.sentAt - other.sentAt);
  const byAnswer = priced.toSorted((one, other) => one.answeredAt - other.answeredAt).values();
  let earlier = byAnswer.next().value;
  let seen = 0;
  return bySending.flatMap(({ orderId, sku, sentAt, versions }) => {
    for (; earlier && earlier.answeredAt < sentAt; earlier = byAnswer.next().value)
      seen = Math.max(seen, Math.min(...earlier.versions));
    const newest = Math.max(...versions);
    if (newest >= seen) return [];
    return [`Order ${orderId} has ${sku} at its price of version ${newest} after ${seen}.`];
  });
}

/** An order without an acknowledgement counts as acknowledged never. */
function timesOf(calls: Call[]): { sentAt: number; answeredAt: number } {
  const answers = calls
    .filter(({ outcome }) => outcome === 'ok')
    .map(({ answeredAt }) => answeredAt ?? Infinity);
  return { sentAt: Math.min(...calls.map(({ sentAt }) => sentAt)), answeredAt: Math.min(...answers) };
}
