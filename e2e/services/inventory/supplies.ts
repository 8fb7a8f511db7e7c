import type { Call } from '../../invariants/evidence.ts';

/** The quantity delivered of a sku: at least, and if every call with an unknown outcome took effect. */
export interface Supply {
  least: number;
  most: number;
}

/** The first stock of each product and every restock after it, by the calls of the staff: each key counts once. */
export function suppliesOf(calls: Call[]): Map<string, Supply> {
  const deliveries = Map.groupBy(calls.filter(isDelivery), ({ who, path, key }) => `${who} ${path} ${key}`);
  const supplies = new Map<string, Supply>();
  for (const attempts of deliveries.values()) {
    const { sku, quantity } = deliveryIn(attempts[0] as Call);
    const isOk = attempts.some(({ outcome }) => outcome === 'ok');
    const isPossible = isOk || attempts.some(({ outcome }) => outcome === 'unknown');
    const { least, most } = supplies.get(sku) ?? { least: 0, most: 0 };
    supplies.set(sku, { least: least + (isOk ? quantity : 0), most: most + (isPossible ? quantity : 0) });
  }
  return supplies;
}

const RESTOCK = /^\/v1\/products\/([^/]+)\/restock$/;

function isDelivery({ method, path }: Call): boolean {
  return method === 'POST' && (path === '/v1/products' || RESTOCK.test(path));
}

function deliveryIn({ path, body }: Call): { sku: string; quantity: number } {
  const { sku, stock, quantity } = body as { sku: string; stock: number; quantity: number };
  return { sku: RESTOCK.exec(path)?.[1] ?? sku, quantity: quantity ?? stock };
}
