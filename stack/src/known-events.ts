import type { EventType } from '@tenfold/contracts/event';
import * as inventory from '@tenfold/contracts/inventory';
import * as order from '@tenfold/contracts/order';
import * as payment from '@tenfold/contracts/payment';

/** Every event of the contracts, by its type. */
export const knownEvents: ReadonlyMap<string, EventType> = new Map(
  [order, inventory, payment]
    .flatMap((contracts) => Object.values(contracts) as unknown as EventType[])
    .map((event) => [event.type, event]),
);
