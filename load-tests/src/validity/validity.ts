import type { Outcome, PlannedOrder } from '../generator/mix.ts';

/** The end of an order, as it was published. */
export interface OrderEnd {
  eventId: string;
  outcome: string;
}

export interface StoredOrder {
  id: string;
  status: string;
  reason: string | null;
  totalCents: number;
}

export interface StoredStock {
  sku: string;
  available: number;
  reserved: number;
  sold: number;
  restocked: number;
}

/** The evidence of a run: the client's records, the topic, the databases and the ledger. */
export interface Evidence {
  /** Orders that were answered with 201, by order id. */
  accepted: ReadonlyMap<string, PlannedOrder>;
  /** Wrong or unexpected answers, as sentences. */
  complaints: string[];
  /** Published ends, by order id. */
  ends: ReadonlyMap<string, readonly OrderEnd[]>;
  orders: StoredOrder[];
  stock: StoredStock[];
  /** Outbox rows that are not published, and records that are not consumed, by service. */
  unpublished: Record<string, number>;
  lag: Record<string, number>;
  /** The ledger of the payment provider. */
  ledger: { kind: 'capture' | 'refund'; reference: string; amountCents: number }[];
  /** Orders a second: those that were due, and those that ended. */
  openLoops: { offered: number; achieved: number }[];
}

const LOAD_TOLERANCE = 0.01;

/**
 * The reasons why a run is not valid, as sentences; none for a valid one. The speed of a system that loses, repeats or
 * oversells means nothing.
 */
export function faultsOf(evidence: Evidence): string[] {
  return [
    ...evidence.complaints,
    ...faultsOfEnds(evidence),
    ...faultsOfOrders(evidence),
    ...faultsOfStock(evidence),
    ...faultsOfMoney(evidence),
    ...faultsOfQueues(evidence),
    ...faultsOfLoad(evidence),
  ];
}

function faultsOfEnds({ accepted, ends }: Evidence): string[] {
  return [...accepted].flatMap(([id, { outcome }]) => {
    const observed = ends.get(id) ?? [];
    if (observed.length === 0) return [`Order ${id} was accepted and never ended.`];
    if (new Set(observed.map((end) => end.eventId)).size > 1) return [`Order ${id} ended more than once.`];
    const [end] = observed as [OrderEnd];
    return end.outcome === outcome ? [] : [`Order ${id} ended as ${end.outcome} instead of ${outcome}.`];
  });
}

function faultsOfOrders({ accepted, orders }: Evidence): string[] {
  const stored = new Map(orders.map((order) => [order.id, order]));
  const lost = [...accepted].filter(([id]) => !stored.has(id)).map(([id]) => `Order ${id} is lost.`);
  const wrong = orders.flatMap(({ id, status, reason, totalCents }) => {
    const planned = accepted.get(id);
    if (!planned) return [`Order ${id} was never placed.`];
    if ((reason ?? status) !== planned.outcome) return [`Order ${id} is stored as ${reason ?? status}.`];
    return totalCents === planned.totalCents ? [] : [`Order ${id} is stored with a wrong total.`];
  });
  return [...lost, ...wrong];
}

function faultsOfStock({ accepted, stock }: Evidence): string[] {
  const sold = new Map<string, number>();
  for (const { lines } of ending('confirmed', accepted))
    for (const { sku, quantity } of lines) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  return stock.flatMap((of) => {
    const wanted = sold.get(of.sku) ?? 0;
    if (of.available < 0) return [`${of.sku} is oversold: ${of.available} are available.`];
    if (of.reserved !== 0) return [`${of.sku} has ${of.reserved} reserved, and no order is open.`];
    if (of.sold !== wanted) return [`${of.sku} has sold ${of.sold} instead of ${wanted}.`];
    const sum = of.available + of.reserved + of.sold;
    return of.restocked === sum ? [] : [`${of.sku} had ${of.restocked}, and ${sum} are accounted for.`];
  });
}

function faultsOfMoney({ accepted, ledger }: Evidence): string[] {
  const due = new Map([...accepted].filter(([, { outcome }]) => outcome === 'confirmed'));
  const wrong = ledger.flatMap(({ kind, reference, amountCents }) => {
    const order = due.get(reference);
    if (kind === 'refund') return [`Order ${reference} was refunded.`];
    // Deleted, so that a second capture does not find it.
    if (!due.delete(reference))
      return [`Order ${reference} was charged too often, or without being confirmed.`];
    return order?.totalCents === amountCents ? [] : [`Order ${reference} was charged a wrong amount.`];
  });
  return [...wrong, ...[...due.keys()].map((id) => `Order ${id} was confirmed and never charged.`)];
}

function faultsOfQueues({ unpublished, lag }: Evidence): string[] {
  const left = ([, count]: [string, number]) => count !== 0;
  return [
    ...Object.entries(unpublished)
      .filter(left)
      .map(([service, count]) => `The outbox of ${service} holds ${count} events.`),
    ...Object.entries(lag)
      .filter(left)
      .map(([service, count]) => `${service} is ${count} records behind.`),
  ];
}

/** More orders than offered end while a queue gets shorter, which is no fault. */
function faultsOfLoad({ openLoops }: Evidence): string[] {
  return openLoops
    .filter(({ offered, achieved }) => !(achieved >= offered * (1 - LOAD_TOLERANCE)))
    .map(({ offered, achieved }) => {
      const [wanted, came] = [offered.toFixed(1), achieved.toFixed(1)];
      return `${wanted} orders/s were offered and only ${came} ended: more than one percent less.`;
    });
}

function ending(outcome: Outcome, accepted: Evidence['accepted']): PlannedOrder[] {
  return [...accepted.values()].filter((order) => order.outcome === outcome);
}
