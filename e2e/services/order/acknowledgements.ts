import { isDeepStrictEqual } from 'node:util';
import type { Call, Evidence } from '../../invariants/evidence.ts';
import { grouped } from '../../invariants/group.ts';
import { isPlacement, type Line, quantities, type StoredOrder } from './evidence.ts';

/** No client gets an answer about the order of another customer. */
export function ordersAreReachedByTheirOwners({ calls, orders }: Evidence): string[] {
  const owners = new Map(orders.map(({ id, customerId }) => [id, customerId]));
  return calls.flatMap(({ who, method, path, status, outcome }) => {
    const owner = owners.get(orderIn(path));
    if (owner === undefined || owner === who || status === 404 || outcome === 'unknown') return [];
    return [
      `${method} ${path} was answered ${status} for customer ${who}, and the order is that of ${owner}.`,
    ];
  });
}

/**
 * Every acknowledged order exists as it was requested. An order without an acknowledgement is absent or complete: its
 * repeat finds the same order, and a refused request leaves none.
 */
export function acknowledgedIsKept({ calls, orders }: Evidence): string[] {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const ofKey = grouped(orders, ({ customerId, key }) => `${customerId} ${key}`);
  const placements = Map.groupBy(calls.filter(isPlacement), ({ who, key }) => `${who} ${key}`);
  const faults = [...placements].flatMap(([name, attempts]) => {
    const answered = [...new Set(attempts.filter(isOk).map(idIn))];
    const lost = answered
      .filter((id) => !byId.has(id))
      .map((id) => `Order ${id} was acknowledged and is lost.`);
    const others = answered
      .slice(1)
      .map((id) => `The repeat of order ${answered[0]} was answered with ${id}.`);
    const isRefused = attempts.every(({ outcome }) => outcome === 'failed');
    const stored = ofKey(name).flatMap((order) => [
      ...(isRefused ? [`Order ${order.id} was refused and exists all the same.`] : []),
      ...incompletenessOf(order, attempts[0] as Call),
    ]);
    return [...lost, ...others, ...stored];
  });
  const uncalled = orders
    .filter(({ customerId, key }) => !placements.has(`${customerId} ${key}`))
    .map(({ id }) => `Order ${id} was never requested.`);
  return [...faults, ...uncalled, ...repeatsThatDiffer(calls), ...changesThatAreLost(calls, byId)];
}

/** One order for each customer and key, and one key for each order. */
export function oneOrderForEachKey({ calls, orders }: Evidence): string[] {
  const stored = Map.groupBy(orders, ({ customerId, key }) => `${customerId} with the key ${key}`);
  const twice = [...stored]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => `Customer ${name} has the orders ${same.map(({ id }) => id).join(', ')}.`);
  const answers = Map.groupBy(calls.filter(isPlacement).filter(isOk), idIn);
  const shared = [...answers]
    .map(([id, same]) => [id, [...new Set(same.map(({ who, key }) => `${who} ${key}`))]] as const)
    .filter(([, names]) => names.length > 1)
    .map(([id, names]) => `Order ${id} was the answer to ${names.join(' and to ')}.`);
  return [...twice, ...shared];
}

function incompletenessOf(order: StoredOrder, { body }: Call): string[] {
  const requested = (body as { lines: Line[] }).lines;
  const total = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
  const isAsRequested = isDeepStrictEqual(quantities(order.lines), quantities(requested));
  return [
    ...(isAsRequested ? [] : [`Order ${order.id} does not have the lines of the request.`]),
    ...(total === order.totalCents ? [] : [`Order ${order.id} has a total that is not that of its lines.`]),
    ...(order.history.length > 0 ? [] : [`Order ${order.id} has no history.`]),
  ];
}

/** A repeat of a key gets the same answer as the first request. */
function repeatsThatDiffer(calls: Call[]): string[] {
  const keyed = calls.filter((call) => call.key !== null && isOk(call));
  const groups = Map.groupBy(
    keyed,
    ({ who, method, path, key }) => `${method} ${path} of ${who} with the key ${key}`,
  );
  return [...groups]
    .filter(([, same]) => same.some(({ answer }) => !isDeepStrictEqual(answer, same[0]?.answer)))
    .map(([name]) => `${name} was answered differently when it was repeated.`);
}

function changesThatAreLost(calls: Call[], orders: ReadonlyMap<string, StoredOrder>): string[] {
  return calls.filter(isOk).flatMap(({ method, path }) => {
    const order = orders.get(orderIn(path));
    if (path.endsWith('/cancel') && order?.status !== 'cancelled')
      return [`Order ${orderIn(path)} was cancelled for its customer, and is ${order?.status ?? 'lost'}.`];
    if (method === 'DELETE' && order?.isDeleted === false)
      return [`Order ${order.id} was deleted for its customer, and is still shown.`];
    return [];
  });
}

function isOk({ outcome }: Call): boolean {
  return outcome === 'ok';
}

function idIn({ answer }: Call): string {
  return (answer as { id: string }).id;
}

/** The id of the order in a path; empty where there is none. */
function orderIn(path: string): string {
  return /^\/v1\/orders\/([^/?]+)/.exec(path)?.[1] ?? '';
}
