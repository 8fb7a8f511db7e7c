import type { Email } from './mail.ts';
import type { LedgerEntry, PlacedOrder } from './shop.ts';
import type { Ending } from './timeline-entries.ts';

/** The outcome of an order: its ending, if it has ended, its e-mails and its entries in the provider's ledger. */
export type OrderOutcome = {
  order: PlacedOrder;
  ending?: Ending;
  afterMs?: number;
  /** Undefined in a system that sends no e-mail. */
  emails: Email[] | undefined;
  ledger: LedgerEntry[];
};
