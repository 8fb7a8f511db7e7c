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

/** The fields of a product that change. */
export interface ProductPatch {
  name?: string | undefined;
  priceCents?: number | undefined;
  /** Replaces all metadata. */
  metadata?: Record<string, unknown> | undefined;
}

/** Lists a product, which can then be ordered. */
export function list(request: ProductRequest, { id, at }: { id: string; at: Date }): Product {
  const { sku, name, priceCents, currency, metadata } = request;
  return { id, sku, version: 1, name, priceCents, currency, metadata, listedAt: at };
}

/** Applies a patch to a product, in its next version. */
export function change(product: Product, patch: ProductPatch): Product {
  const { name = product.name, priceCents = product.priceCents, metadata = product.metadata } = patch;
  return { ...product, name, priceCents, metadata, version: product.version + 1 };
}

/** Removes a product from the catalogue, in its last version. */
export function delist(product: Product): Product {
  return { ...product, version: product.version + 1 };
}
