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
  INVENTORY_PORT: z.coerce
    .number()
    .int()
    .default(3002)
    .describe('the port of inventory; 0 means a free port'),
  REDIS_URL: z.url().describe('the cache'),
  REDIS_NAMESPACE: z
    .string()
    .default('')
    .describe('a prefix of all keys, with which several systems can share a Redis'),
  RESERVATION_ALARM_SECONDS: positive
    .int()
    .default(900)
    .describe("the time after its order's deadline at which an open reservation raises an alarm"),
  IDEMPOTENCY_KEY_TTL_HOURS: positive.default(24).describe('the time for which an idempotency key is kept'),
});

export type Config = z.infer<typeof Config>;
