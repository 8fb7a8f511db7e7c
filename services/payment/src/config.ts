import { KafkaConfig } from '@repo/events';
import { IdentityConfig } from '@repo/http';
import { DatabaseConfig } from '@repo/postgres';
import { ProcessConfig } from '@repo/runtime';
import { z } from 'zod';

const positive = z.coerce.number().positive();

/** The environment of this service. */
export const Config = z.object({
  ...ProcessConfig.shape,
  ...IdentityConfig.shape,
  ...DatabaseConfig.shape,
  ...KafkaConfig.shape,
  PAYMENT_PORT: z.coerce.number().int().default(3003).describe('the port of payment; 0 means a free port'),
  PAYMENT_PROVIDER_URL: z.url().describe('the payment provider'),
  PAYMENT_PROVIDER_KEY_TTL_HOURS: positive
    .default(24)
    .describe(
      'the time after which a capture without a reply is looked up before it is sent again under the same key',
    ),
  IDEMPOTENCY_KEY_TTL_HOURS: positive.default(24).describe('the time for which an idempotency key is kept'),
});

export type Config = z.infer<typeof Config>;
