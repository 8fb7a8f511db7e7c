/** Stock and its rules: each order reserves all of its lines or nothing, first come, first served. Pure. */
export interface Stock {
  sku: string;
  available: number;
  reserved: number;
  sold: number;
  /** All units that were ever added, the first stock included: always available + reserved + sold. */
  restocked: number;
}

export interface QuantityBySku {
  orderId: string;
  lines: { sku: string; quantity: number }[];
}

export interface Missing {
  sku: string;
  requested: number;
  available: number;
}

/** A change of a sku's stock, as differences, so that many orders make one update. */
export interface Change {
  sku: string;
  available: number;
  reserved: number;
  sold: number;
}

export interface Decision {
  orderId: string;
  /** The lines that are out of stock; empty when all of them are reserved. */
  missing: Missing[];
}

/** Decides for each order in turn, on the stock that the orders before it have left. */
export function reserve(
  wanted: QuantityBySku[],
  stock: Stock[],
): { decisions: Decision[]; changes: Change[] } {
  const available = new Map(stock.map((each) => [each.sku, each.available]));
  const reserved: { sku: string; quantity: number }[] = [];
  const decisions = wanted.map(({ orderId, lines }) => {
    const missing = lines
      .filter((line) => line.quantity > (available.get(line.sku) ?? 0))
      .map((line) => ({ sku: line.sku, requested: line.quantity, available: available.get(line.sku) ?? 0 }));
    if (missing.length === 0) {
      for (const { sku, quantity } of lines) available.set(sku, (available.get(sku) as number) - quantity);
      reserved.push(...lines);
    }
    return { orderId, missing };
  });
  return {
    decisions,
    changes: summed(reserved, (quantity) => ({ available: -quantity, reserved: quantity, sold: 0 })),
  };
}

/** Reserved units become available again. */
export function release(lines: { sku: string; quantity: number }[]): Change[] {
  return summed(lines, (quantity) => ({ available: quantity, reserved: -quantity, sold: 0 }));
}

/** Reserved units are sold. */
export function sell(lines: { sku: string; quantity: number }[]): Change[] {
  return summed(lines, (quantity) => ({ available: 0, reserved: -quantity, sold: quantity }));
}

/** One change for each sku, in the order of the skus. */
function summed(
  lines: { sku: string; quantity: number }[],
  asChange: (quantity: number) => Omit<Change, 'sku'>,
): Change[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities]
    .map(([sku, quantity]) => ({ sku, ...asChange(quantity) }))
    .sort((one, other) => (one.sku < other.sku ? -1 : 1));
}
