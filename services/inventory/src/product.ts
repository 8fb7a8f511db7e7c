/** A product as it is listed. */
export interface Product {
  id: string;
  sku: string;
  version: number;
  name: string;
  priceCents: number;
  currency: string;
  metadata: Record<string, unknown>;
  listedAt: Date;
}

export interface ProductRequest {
  sku: string;
  name: string;
  priceCents: number;
  currency: string;
  metadata: Record<string, unknown>;
  /** The first stock. */
  stock: number;
}

/** Lists a product: from now on it can be ordered. */
export function list(request: ProductRequest, { id, at }: { id: string; at: Date }): Product {
  const { stock: _stock, ...described } = request;
  return { ...described, id, version: 1, listedAt: at };
}
