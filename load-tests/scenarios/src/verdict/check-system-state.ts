import { createKafka } from '@repo/events';
import { createLogger } from '@repo/observability';
import { openDatabase, sql } from '@repo/postgres';
import type { Running } from '@repo/stack';
import { until } from '../../../src/until.ts';
import { createAuditor } from '../../../src/validity/auditor.ts';
import { openProbe } from '../../../src/validity/probe.ts';
import type { OpenShop } from '../shop/shop.ts';
import type { Story } from './journal.ts';
import { faultsOfRun } from './run-faults.ts';

const SETTLE_MS = 180_000;

/** Waits until the system has caught up, and compares the stories of the customers with its state. */
export async function checkSystemState(
  stories: Story[],
  running: Running,
  { shop, signal }: { shop: OpenShop; signal: AbortSignal },
): Promise<string[]> {
  const { brokers, namespace } = running.servers.kafka;
  const log = createLogger('load', 'silent');
  const kafka = createKafka({ brokers: brokers.split(','), clientId: 'load', namespace, log });
  const auditor = createAuditor(running, kafka, signal);
  const probe = await openProbe(kafka);
  try {
    const placed = stories.flatMap(({ orderId }) => orderId ?? []);
    const haveEnded = async () => placed.every((id) => probe.ends.has(id));
    // The checks below find orders that have not ended by then.
    await until(haveEnded, { what: 'the ends of all orders', timeoutMs: SETTLE_MS, signal }).catch(() => {});
    await auditor.settle();
    const state = await auditor.read();
    const ids = new Set([...placed, ...(await listOrdersOf(shop.customers, running))]);
    const skus = new Set([...shop.assortment.products, shop.assortment.soldOut].map(({ sku }) => sku));
    return faultsOfRun({
      ...state,
      stories,
      ends: probe.ends,
      // Other clients may place orders too.
      orders: state.orders.filter(({ id }) => ids.has(id)),
      ledger: state.ledger.filter(({ reference }) => ids.has(reference)),
      stock: state.stock.filter(({ sku }) => skus.has(sku)),
    });
  } finally {
    await Promise.allSettled([probe.stop(), auditor.close()]);
  }
}

async function listOrdersOf(customers: string[], { servers }: Running): Promise<string[]> {
  const url = new URL(servers.postgres.url);
  url.pathname = '/order';
  const database = openDatabase({ url: url.href, name: 'load' });
  try {
    const orders = await database.query(sql<{ id: string }>`
      select id
      from orders
      where customer_id = any (${customers})`);
    return orders.map(({ id }) => id);
  } finally {
    await database.close();
  }
}
