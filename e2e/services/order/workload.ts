import type { Workload } from '../service-part.ts';

/** Customers write it into the metadata of their orders. */
export const CARD_NUMBER = '4111111111111111';

export const workload: Workload = { secrets: { 'the card number': CARD_NUMBER } };
