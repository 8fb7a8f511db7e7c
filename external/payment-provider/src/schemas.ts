/** JSON Schemas of requests. Unknown properties and wrong types are refused, and no value is converted. */

const cents = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const text = { type: 'string', minLength: 1, maxLength: 255 };

const headers = {
  type: 'object',
  required: ['idempotency-key'],
  properties: { 'idempotency-key': text },
};

export type Capture = { reference: string; amountCents: number; currency: string; token: string };
export const capture = {
  headers,
  body: strictObject(
    {
      reference: text,
      amountCents: cents,
      currency: { type: 'string', pattern: '^[A-Z]{3}$' },
      token: text,
    },
    ['reference', 'amountCents', 'currency', 'token'],
  ),
};

export type Refund = { captureId: string; amountCents: number };
export const refund = {
  headers,
  body: strictObject({ captureId: text, amountCents: cents }, ['captureId', 'amountCents']),
};

export const captureList = { querystring: strictObject({ reference: text }, ['reference']) };

const rate = { type: 'number', minimum: 0, maximum: 1 };
export type Behaviour = { latencyMs?: number; errorRate?: number; dropReplyRate?: number };
export const behaviour = {
  body: strictObject(
    { latencyMs: { type: 'integer', minimum: 0, maximum: 60_000 }, errorRate: rate, dropReplyRate: rate },
    [],
  ),
};

function strictObject(properties: Record<string, object>, required: string[]) {
  return { type: 'object', additionalProperties: false, properties, required };
}
