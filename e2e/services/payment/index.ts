import { ONE_EFFECT, PUBLISHED } from '../../invariants/general.ts';
import type { ServicePart } from '../service-part.ts';
import { audit } from './audit.ts';
import { oneEffectInPayment, paymentsArePublished } from './events.ts';
import { histories } from './histories.ts';
import { chargedOnce, moneyAddsUp } from './money.ts';

export const payment: ServicePart = {
  service: 'payment',
  consumes: ['order.reserved', 'order.cancelled'],
  invariants: [
    {
      name: '4',
      promise: 'an order is charged at most once, and a cancelled order nothing',
      needs: ['order'],
      check: chargedOnce,
    },
    {
      name: '5',
      promise: 'the money in the ledger is the price of the confirmed orders',
      needs: ['order'],
      check: moneyAddsUp,
    },
    { ...PUBLISHED, needs: ['order'], check: paymentsArePublished },
    { ...ONE_EFFECT, check: oneEffectInPayment },
  ],
  histories,
  audit,
};
