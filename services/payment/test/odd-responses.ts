import { randomUUID } from 'node:crypto';
import type { Interference } from './provider.ts';

const changed =
  (change: object): Interference =>
  async (_call, answer) => {
    const { status, body } = await answer();
    return { status, body: { ...(body as object), ...change } };
  };

const instead =
  (status: number, body: unknown): Interference =>
  async () => ({ status, body });

/**
 * Responses of a provider that are neither a success nor a refusal, and whether they raise an alarm. A failing provider
 * raises none: its failures pass.
 */
export const ODD_RESPONSES: Record<string, { interference: Interference; isAlarm: boolean }> = {
  'with another amount': { interference: changed({ amountCents: 1 }), isAlarm: true },
  'in another currency': { interference: changed({ currency: 'USD' }), isAlarm: true },
  'about another order': { interference: changed({ reference: randomUUID() }), isAlarm: true },
  'with an unknown status': { interference: changed({ status: 'pending' }), isAlarm: true },
  'without an id': { interference: changed({ id: undefined }), isAlarm: true },
  'that declines another amount': {
    interference: changed({ status: 'declined', amountCents: 1 }),
    isAlarm: true,
  },
  'that is no JSON': { interference: instead(200, '<html>'), isAlarm: false },
  'that is empty': { interference: instead(200, ''), isAlarm: false },
  'with status 422': { interference: instead(422, { message: 'Used for something else.' }), isAlarm: true },
  'with status 404': { interference: instead(404, { message: 'Not found.' }), isAlarm: true },
  'with status 429': { interference: instead(429, {}), isAlarm: false },
  'with status 503': { interference: instead(503, {}), isAlarm: false },
};
