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

/** What a product is to be from now on; what is not named stays as it is. */
export interface ProductPatch {
  name?: string | undefined;
  priceCents?: number | undefined;
  /** Takes the place of all that was there. */
  metadata?: Record<string, unknown> | undefined;
}

/** Lists a product: from now on it can be ordered. */
export function list(request: ProductRequest, { id, at }: { id: string; at: Date }): Product {
  const { stock: _stock, ...described } = request;
  return { ...described, id, version: 1, listedAt: at };
}

/** Makes a product what it is wished to be, in its next version. */
export function change(product: Product, patch: ProductPatch): Product {
  const { name = product.name, priceCents = product.priceCents, metadata = product.metadata } = patch;
  return { ...product, name, priceCents, metadata, version: product.version + 1 };
}

/** Takes a product out of the catalogue, which is its last version. */
export function delist(product: Product): Product {
  return { ...product, version: product.version + 1 };
}
