import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../../invariants/evidence.ts';
import { hasEnded, type Line, quantities, type StoredOrder } from '../order/evidence.ts';
import type { StoredReservation } from './evidence.ts';
import { suppliesOf } from './supplies.ts';

/** Nothing is oversold, nothing vanishes, and all reserved and sold stock belongs to an order. */
export function stockAddsUp(evidence: Evidence): string[] {
  return [...faultsOfSums(evidence), ...faultsOfReservations(evidence)];
}

function faultsOfSums({ calls, orders, stock, reservations }: Evidence): string[] {
  const reserved = ofStatus(reservations, 'reserved');
  const sold = ofStatus(orders, 'confirmed');
  const supplies = suppliesOf(calls);
  return stock.flatMap((of) => {
    const faults = [];
    const sum = of.available + of.reserved + of.sold;
    if (of.available < 0) faults.push(`${of.sku} is oversold: ${of.available} are available.`);
    if (of.restocked !== sum) faults.push(`${of.sku} had ${of.restocked}, and ${sum} are accounted for.`);
    const [wanted, soldByOrders] = [reserved.get(of.sku) ?? 0, sold.get(of.sku) ?? 0];
    if (of.reserved !== wanted)
      faults.push(`${of.sku} has ${of.reserved} reserved, and its open reservations are for ${wanted}.`);
    if (of.sold !== soldByOrders)
      faults.push(`${of.sku} has sold ${of.sold}, and the confirmed orders have ${soldByOrders}.`);
    const { least, most } = supplies.get(of.sku) ?? { least: 0, most: 0 };
    if (of.restocked < least || of.restocked > most)
      faults.push(`${of.sku} had ${of.restocked} in all, and its deliveries were ${least} to ${most}.`);
    return faults;
  });
}

function faultsOfReservations({ orders, reservations }: Evidence): string[] {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const reserved = new Set(reservations.map(({ orderId }) => orderId));
  return [
    ...reservations.flatMap((reservation) => faultsOfReservation(reservation, byId.get(reservation.orderId))),
    ...orders
      .filter(({ id, status }) => status === 'confirmed' && !reserved.has(id))
      .map(({ id }) => `Order ${id} is confirmed, and has no reservation.`),
  ];
}

/** What the reservation of an order may be once the order has ended. */
const ENDS: Record<string, string[]> = { confirmed: ['sold'], cancelled: ['released', 'rejected'] };

function faultsOfReservation({ orderId, status, lines }: StoredReservation, order?: StoredOrder): string[] {
  if (!order) return [`There is a reservation for order ${orderId}, which does not exist.`];
  if (hasEnded(order) && !ENDS[order.status]?.includes(status))
    return [`Order ${orderId} is ${order.status}, and its reservation is ${status}.`];
  // A rejected reservation, and one that was released before it was made, has no lines.
  if (lines.length === 0 && ['rejected', 'released'].includes(status)) return [];
  if (isDeepStrictEqual(quantities(lines), quantities(order.lines))) return [];
  return [`The reservation for order ${orderId} has other lines than the order.`];
}

function ofStatus(owners: { status: string; lines: Line[] }[], wanted: string): Map<string, number> {
  return quantities(owners.filter(({ status }) => status === wanted).flatMap(({ lines }) => lines));
}
