/**
 * All that a run has left behind, at the clients, in the databases, on the topics, and with those who are not ours.
 * Plain data: the invariants are functions of it, and it can be kept as JSON. Read once the system has settled.
 */
export interface Evidence {
  calls: Call[];
  orders: StoredOrder[];
  prices: StoredPrice[];
  products: StoredProduct[];
  stock: StoredStock[];
  reservations: StoredReservation[];
  payments: StoredPayment[];
  contacts: StoredContact[];
  messages: StoredMessage[];
  /** Rows that were never published, by service. */
  outboxes: Record<string, number>;
  /** Records in the order of each partition. A repeat, which has the id of an earlier one, is here again. */
  events: PublishedEvent[];
  /** The payment provider's own. */
  ledger: Booking[];
  /** What the mailbox has been given. */
  mail: Mail[];
  /** What the services told a person of, because it can never be right. */
  alarms: string[];
  /** What was still on its way when the time to settle was over, as sentences. */
  unsettled: string[];
  /** Which messages have had their effect, each as often as it had it; empty where nobody has taken note of that. */
  effects: Effect[];
  /** Dead letters that are still there. */
  deadLetters: DeadLetter[];
  /** What was sent to be a dead letter. It is not among the events. */
  poisons: Poison[];
  /** Where something stands that should stand nowhere, as sentences. */
  leaks: string[];
}

export interface Effect {
  service: string;
  messageId: string;
  /** By the clock of the service's database, RFC 3339. */
  at: string;
}

export interface DeadLetter {
  service: string;
  kind: string;
  /** What it speaks of. */
  key: string;
}

export interface Poison {
  service: string;
  key: string;
  topic: string;
  partition: number;
  offset: number;
  /** When it was discarded, by the clock of the service's database; null while it was not. */
  discardedAt: string | null;
}

/** One request as its client saw it. */
export interface Call {
  /** The customer's id. */
  who: string;
  method: string;
  path: string;
  key: string | null;
  body: unknown;
  /** 'ok' is a 2xx, 'failed' a 4xx. After a 5xx, as without an answer, nobody knows whether it took effect. */
  outcome: 'ok' | 'failed' | 'unknown';
  status: number | null;
  answer: unknown;
  /** Milliseconds, all on one clock. */
  sentAt: number;
  answeredAt: number | null;
  /** The client hung up on purpose, before there was an answer. */
  hungUp?: boolean;
}

export interface Line {
  sku: string;
  quantity: number;
}

export interface StoredOrder {
  id: string;
  customerId: string;
  /** The Idempotency-Key that it was asked for with: the clients repeat it in the order's metadata. */
  key: string | null;
  status: string;
  version: number;
  reason: string | null;
  totalCents: number;
  currency: string;
  lines: (Line & { unitPriceCents: number })[];
  history: { version: number; status: string }[];
  isDeleted: boolean;
}

export interface StoredPrice {
  sku: string;
  version: number;
  priceCents: number;
  isDeleted: boolean;
}

export interface StoredProduct {
  sku: string;
  version: number;
}

export interface StoredStock {
  sku: string;
  available: number;
  reserved: number;
  sold: number;
  restocked: number;
}

export interface StoredReservation {
  orderId: string;
  status: string;
  lines: Line[];
}

export interface StoredPayment {
  id: string;
  orderId: string;
  status: string;
}

export interface StoredContact {
  customerId: string;
  email: string | null;
}

export interface StoredMessage {
  /** The id of the event that it tells of. */
  id: string;
  orderId: string;
  customerId: string;
  kind: string;
  status: string;
  /** Why it failed: the code of the mail server's reply. */
  failureCode: string | null;
}

export interface PublishedEvent {
  topic: string;
  partition: number;
  offset: number;
  id: string;
  type: string;
  key: string;
  data: { version: number } & Record<string, unknown>;
}

export interface Booking {
  kind: 'capture' | 'refund';
  /** The order's id. */
  reference: string;
  amountCents: number;
  currency: string;
}

export interface Mail {
  messageId: string | null;
  to: string;
}

/** Each event once, where it was first said. */
export function firstPublished(events: PublishedEvent[]): PublishedEvent[] {
  const seen = new Set<string>();
  return events.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** What there is for one order, or of whatever else a name stands for. */
export function grouped<Item>(items: Item[], nameOf: (item: Item) => string): (name: string) => Item[] {
  const groups = Map.groupBy(items, nameOf);
  return (name) => groups.get(name) ?? [];
}

/** Whether a call asks for a new order. */
export function isPlacement({ method, path }: Call): boolean {
  return method === 'POST' && path === '/v1/orders';
}

export function hasEnded({ status }: Pick<StoredOrder, 'status'>): boolean {
  return status === 'confirmed' || status === 'cancelled';
}

/** How many of each sku. */
export function quantities(lines: Line[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}
