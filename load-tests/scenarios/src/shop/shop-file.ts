import { readFileSync } from 'node:fs';
import type { Assortment } from './plan.ts';

/** The facts that the customers of a run need; the command passes them to Artillery's workers in a file. */
export interface Shop {
  orderUrl: string;
  catalogueUrl: string;
  /** The URL of the identity provider. */
  issuer: string;
  /** Their ids. */
  customers: string[];
  assortment: Assortment;
  /** The file in which they record the stories of their orders. */
  journal: string;
}

/** The environment variable with the path of the file. */
export const SHOP_FILE = 'LOAD_SHOP_FILE';

export function readShop(): Shop {
  const file = process.env[SHOP_FILE];
  if (!file) throw new Error(`${SHOP_FILE} is not set: npm run load sets it.`);
  return JSON.parse(readFileSync(file, 'utf8')) as Shop;
}
