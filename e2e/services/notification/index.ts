import { ONE_EFFECT } from '../../invariants/general.ts';
import type { ServicePart } from '../service-part.ts';
import { audit } from './audit.ts';
import { histories } from './histories.ts';
import { everyCustomerIsNotified, oneMessageForEachEvent } from './messages.ts';
import { workload } from './workload.ts';

export const notification: ServicePart = {
  service: 'notification',
  consumes: ['order.confirmed', 'order.cancelled', 'order.refunded'],
  invariants: [
    { ...ONE_EFFECT, check: oneMessageForEachEvent },
    {
      name: '10',
      promise: 'every customer is notified',
      needs: ['order', 'payment'],
      check: everyCustomerIsNotified,
    },
  ],
  histories,
  audit,
  workload,
};
