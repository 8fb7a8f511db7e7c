/** The saga: how an order reacts to each event, in each status. Pure. */
export type Status = 'placed' | 'reserved' | 'confirmed' | 'cancelled';
export type Reason = 'out-of-stock' | 'payment-declined' | 'customer' | 'deadline';

/** All events that advance an order: those of inventory and payment, its customer's cancellation, and its deadline. */
export const TRIGGERS = [
  'stock.reserved',
  'stock.rejected',
  'payment.captured',
  'payment.declined',
  'payment.refunded',
  'cancel',
  'deadline',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * How an order reacts to a trigger.
 * - `becomes`: it advances.
 * - `ignore`: it has processed the same trigger before, or it has ended.
 * - `compensate`: stock was reserved or money captured after the order was cancelled. Inventory and payment undo it on
 *   the `order.cancelled` that is published already, so the order itself does nothing.
 * - `refunded`: the order notes that payment has refunded it, and publishes that.
 * - `alarm`: the saga rules this out. An alarm is raised, and the order stays as it is.
 */
export type Transition =
  | { becomes: Status; reason?: Reason }
  | 'ignore'
  | 'compensate'
  | 'refunded'
  | 'alarm';

/** A total table: every pair of a status and a trigger has an entry. */
export const SAGA: Record<Status, Record<Trigger, Transition>> = {
  placed: {
    'stock.reserved': { becomes: 'reserved' },
    'stock.rejected': { becomes: 'cancelled', reason: 'out-of-stock' },
    'payment.captured': 'alarm',
    'payment.declined': 'alarm',
    'payment.refunded': 'alarm',
    cancel: { becomes: 'cancelled', reason: 'customer' },
    deadline: { becomes: 'cancelled', reason: 'deadline' },
  },
  reserved: {
    'stock.reserved': 'ignore',
    'stock.rejected': 'alarm',
    'payment.captured': { becomes: 'confirmed' },
    'payment.declined': { becomes: 'cancelled', reason: 'payment-declined' },
    'payment.refunded': 'alarm',
    cancel: { becomes: 'cancelled', reason: 'customer' },
    deadline: { becomes: 'cancelled', reason: 'deadline' },
  },
  confirmed: {
    'stock.reserved': 'ignore',
    'stock.rejected': 'alarm',
    'payment.captured': 'ignore',
    'payment.declined': 'alarm',
    'payment.refunded': 'alarm',
    cancel: 'ignore',
    deadline: 'ignore',
  },
  cancelled: {
    'stock.reserved': 'compensate',
    'stock.rejected': 'ignore',
    'payment.captured': 'compensate',
    'payment.declined': 'ignore',
    'payment.refunded': 'refunded',
    cancel: 'ignore',
    deadline: 'ignore',
  },
};

export function hasEnded({ status }: { status: Status }): boolean {
  return status === 'confirmed' || status === 'cancelled';
}
