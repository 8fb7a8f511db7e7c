import { readFileSync } from 'node:fs';
import type { Assortment } from './plan.ts';

/** What the customers of a run must know, as the command tells it to Artillery's workers in a file. */
export interface Shop {
  orderUrl: string;
  catalogueUrl: string;
  /** Of the identity provider. */
  issuer: string;
  /** Their ids. */
  customers: string[];
  assortment: Assortment;
  /** The file in which they note what became of their orders. */
  journal: string;
}

/** The variable of the environment that names the file. */
export const SHOP_FILE = 'LOAD_SHOP_FILE';

export function readShop(): Shop {
  const file = process.env[SHOP_FILE];
  if (!file) throw new Error(`${SHOP_FILE} is not set: npm run load sets it.`);
  return JSON.parse(readFileSync(file, 'utf8')) as Shop;
}
