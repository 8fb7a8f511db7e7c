import type { Extension } from '../extension.ts';
import { alarms } from './alarms.ts';
import { causeCases, objectiveCases } from './cases.ts';
import { causes, unmeasured } from './causes.ts';
import { money } from './money.ts';
import { inTime } from './objectives.ts';
import { order } from './order.ts';
import { figures, graphs } from './overview-panels.ts';

/** The shop: its orders, its payments, and its books. */
export const domain: Extension = {
  objectives: [inTime],
  unmeasured,
  causes,
  alarms,
  cases: { objectives: objectiveCases, causes: causeCases },
  overview: { figures, graphs },
  dashboards: [order, money],
};
