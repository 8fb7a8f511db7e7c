import { z } from 'zod';
import { id } from './fields.ts';

/** An order as order lists it for the services that reconcile their own data with it. */
export const ComparedOrder = z.object({
  id,
  customerId: id,
  status: z.enum(['placed', 'reserved', 'confirmed', 'cancelled']),
  totalCents: z.int(),
  currency: z.string(),
  /** Whether it has ended, and so long ago that every service should have consumed its last event. */
  isSettled: z.boolean(),
  isRefunded: z.boolean(),
  /** Whether an event about it is a dead letter in order. */
  isParked: z.boolean(),
});
export type ComparedOrder = z.infer<typeof ComparedOrder>;
