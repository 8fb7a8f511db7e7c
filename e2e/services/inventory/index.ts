import { ONE_EFFECT, PUBLISHED } from '../../invariants/general.ts';
import type { ServicePart } from '../service-part.ts';
import { audit } from './audit.ts';
import { oneEffectInInventory, reservationsArePublished } from './events.ts';
import { histories } from './histories.ts';
import { stockAddsUp } from './stock.ts';

export const inventory: ServicePart = {
  service: 'inventory',
  consumes: ['order.placed', 'order.confirmed', 'order.cancelled'],
  invariants: [
    {
      name: '6',
      promise: 'the stock adds up, and nothing is oversold',
      needs: ['order'],
      check: stockAddsUp,
    },
    { ...PUBLISHED, needs: ['order'], check: reservationsArePublished },
    { ...ONE_EFFECT, check: oneEffectInInventory },
  ],
  histories,
  audit,
};
