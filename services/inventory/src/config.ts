import { ProcessConfig } from '@tenfold/http';
import { z } from 'zod';

/** The environment of this service. */
export const Config = z.object({
  ...ProcessConfig.shape,
  HOST: z.string().default('127.0.0.1'),
  INVENTORY_PORT: z.coerce.number().int().default(3002),
  DATABASE_URL: z.url(),
  REDIS_URL: z.url(),
  /** A prefix of all keys, so that several systems can share a Redis. */
  REDIS_NAMESPACE: z.string().default(''),
  KAFKA_BROKERS: z.string().transform((brokers) => brokers.split(',')),
  KAFKA_NAMESPACE: z.string().default(''),
  IDENTITY_ISSUER: z.url(),
  IDENTITY_JWKS_URL: z.url(),
  IDENTITY_AUDIENCE: z.string(),
  IDEMPOTENCY_KEY_TTL_HOURS: z.coerce.number().positive().default(24),
  /** A reservation that is still open so long after its order's deadline raises an alarm. */
  RESERVATION_ALARM_SECONDS: z.coerce.number().int().positive().default(900),
});

export type Config = z.infer<typeof Config>;
