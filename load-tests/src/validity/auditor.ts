import type { Kafka } from '@repo/events';
import { type Database, openDatabase, readClock, sql } from '@repo/postgres';
import type { Running } from '@repo/stack';
import { type ServiceName, serviceNames, services } from '@repo/stack/topology';
import { until } from '../until.ts';
import type { Evidence, StoredOrder, StoredStock } from './validity.ts';

/** The state of the system after a run: databases, lag, and the payment provider's ledger. */
export type SystemState = Pick<Evidence, 'orders' | 'stock' | 'ledger' | 'unpublished' | 'lag'>;

/** The services with an outbox. */
const publishers = serviceNames.filter((name) => services[name].publishes.length > 0);

/** The topics of each consumer group whose name is constant. */
const topicsOf: Record<string, string[]> = Object.fromEntries(
  Object.values(services)
    .flatMap(({ consumes }) => consumes)
    .filter(({ id }) => id === undefined)
    .map(({ group, topics }) => [group, [...topics]]),
);

/** Orders that do not belong to this run: copies that filled the databases, or orders of earlier runs. */
export interface ForeignOrders {
  /** Orders of this run were placed after it, by Postgres's clock. */
  placedBefore: Date;
  /** Their sold quantities, by sku. */
  sold: ReadonlyMap<string, number>;
  /** The ids of those that are in the payment provider's ledger. */
  booked?: ReadonlySet<string>;
}

export interface Auditor {
  /** Waits until relays and consumers have caught up. If they do not in time, the checks report the rest. */
  settle(): Promise<void>;
  read(): Promise<SystemState>;
  /** The current time by Postgres's clock. */
  now(): Promise<Date>;
  /** Excludes these orders from later reads. */
  exclude(foreign: ForeignOrders): void;
  close(): Promise<void>;
}

export function createAuditor({ servers, external }: Running, kafka: Kafka, signal: AbortSignal): Auditor {
  const databases = Object.fromEntries(
    publishers.map((name) => [name, openDatabase({ url: urlOf(servers.postgres.url, name), name: 'bench' })]),
  ) as Record<ServiceName, Database>;

  const queues = async () => {
    const [unpublished, lag] = await Promise.all([
      count(publishers, (name) => countUnpublished(databases[name])),
      count(Object.keys(topicsOf), (group) => kafka.lag(group, topicsOf[group] ?? [])),
    ]);
    return { unpublished, lag };
  };

  const isSettled = async () => {
    const { unpublished, lag } = await queues();
    return [...Object.values(unpublished), ...Object.values(lag)].every((left) => left === 0);
  };

  let foreign: ForeignOrders = { placedBefore: new Date(0), sold: new Map() };

  return {
    async settle() {
      await until(isSettled, { what: 'the queues to be empty', timeoutMs: 30_000, signal }).catch((error) => {
        if (signal.aborted) throw error;
      });
    },
    async read() {
      const [orders, stock, ledger, left] = await Promise.all([
        listOrders(databases.order, foreign.placedBefore),
        listStock(databases.inventory),
        readLedger(external['payment-provider'].url),
        queues(),
      ]);
      return {
        orders,
        stock: stock.map((each) => without(foreign, each)),
        ledger: ledger.filter(({ reference }) => !foreign.booked?.has(reference)),
        ...left,
      };
    },
    now: () => readClock(databases.order),
    exclude(those) {
      foreign = those;
    },
    async close() {
      await Promise.all(publishers.map((name) => databases[name].close()));
    },
  };
}

async function count<Name extends string>(names: readonly Name[], of: (name: Name) => Promise<number>) {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await of(name)] as const)));
}

/** The address of another database on the same server. */
export function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function countUnpublished(database: Database): Promise<number> {
  const [row] = await database.query(sql<{ count: number }>`select count(*) as count from outbox`);
  return row?.count ?? 0;
}

function listOrders(database: Database, since: Date): Promise<StoredOrder[]> {
  return database.query(sql<StoredOrder>`
    select id, status, reason, total_cents as "totalCents"
    from orders
    where placed_at >= ${since}`);
}

function without({ sold }: ForeignOrders, stock: StoredStock): StoredStock {
  const copied = sold.get(stock.sku) ?? 0;
  return { ...stock, sold: stock.sold - copied, restocked: stock.restocked - copied };
}

function listStock(database: Database): Promise<StoredStock[]> {
  return database.query(sql<StoredStock>`
    select sku, available, reserved, sold, restocked
    from stock`);
}

async function readLedger(providerUrl: string): Promise<SystemState['ledger']> {
  const response = await fetch(`${providerUrl}/v1/ledger`);
  return ((await response.json()) as { items: SystemState['ledger'] }).items;
}
