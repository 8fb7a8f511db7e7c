import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenShop } from './shop/shop.ts';
import type { Shop } from './shop/shop-file.ts';
import { loadFolder, type SystemUnderTest } from './system-under-test.ts';
import { type Story, storiesIn } from './verdict/journal.ts';

export interface Files {
  /** The shop, for Artillery's workers. */
  shop: string;
  /** Artillery's report. */
  report: string;
  /** The stories that the customers have recorded so far. */
  stories(): Story[];
}

/** Creates the files of a run; they replace those of an earlier run of the same scenario. */
export function openFiles(name: string, system: SystemUnderTest, { customers, assortment }: OpenShop): Files {
  mkdirSync(loadFolder, { recursive: true });
  const file = (what: string) => join(loadFolder, `${name}-${what}`);
  const [journal, shop, report] = [file('journal.jsonl'), file('shop.json'), file('report.json')];
  const { orderUrl, catalogueUrl, issuer } = system;
  const content: Shop = { orderUrl, catalogueUrl, issuer, customers, assortment, journal };
  writeFileSync(journal, '');
  writeFileSync(shop, JSON.stringify(content));
  rmSync(report, { force: true });
  return { shop, report, stories: () => storiesIn(readFileSync(journal, 'utf8')) };
}
