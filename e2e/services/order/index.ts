import { ANSWERS, ONE_EFFECT, PUBLISHED } from '../../invariants/general.ts';
import type { ServicePart } from '../service-part.ts';
import { acknowledgedIsKept, oneOrderForEachKey, ordersAreReachedByTheirOwners } from './acknowledgements.ts';
import { audit } from './audit.ts';
import { oneEventForEachStep, stepsArePublished } from './events.ts';
import { histories } from './histories.ts';
import { pricesAreNewest } from './prices.ts';
import { oneEnd } from './saga.ts';
import { workload } from './workload.ts';

export const order: ServicePart = {
  service: 'order',
  consumes: [
    'stock.reserved',
    'stock.rejected',
    'payment.captured',
    'payment.declined',
    'payment.refunded',
    'product.listed',
    'product.delisted',
  ],
  invariants: [
    { ...ANSWERS, check: ordersAreReachedByTheirOwners },
    {
      name: '1',
      promise: 'every acknowledged change is kept, and a repeat finds the same order',
      check: acknowledgedIsKept,
    },
    { name: '2', promise: 'there is one order for each customer and key', check: oneOrderForEachKey },
    { name: '3', promise: 'every order reaches one end, by a path of the saga', check: oneEnd },
    { ...PUBLISHED, check: stepsArePublished },
    { ...ONE_EFFECT, check: oneEventForEachStep },
    {
      name: '9',
      promise: 'the price list never returns to an older version',
      needs: ['inventory'],
      check: pricesAreNewest,
    },
  ],
  histories,
  audit,
  workload,
};
