import { ProcessConfig } from '@tenfold/http';
import { z } from 'zod';

/** The environment of this service. */
export const Config = z.object({
  ...ProcessConfig.shape,
  HOST: z.string().default('127.0.0.1'),
  ORDER_PORT: z.coerce.number().int().default(3001),
  DATABASE_URL: z.url(),
  KAFKA_BROKERS: z.string().transform((brokers) => brokers.split(',')),
  KAFKA_NAMESPACE: z.string().default(''),
  IDENTITY_ISSUER: z.url(),
  IDENTITY_JWKS_URL: z.url(),
  IDENTITY_AUDIENCE: z.string(),
  ORDER_DEADLINE_SECONDS: z.coerce.number().int().positive().default(900),
  /** With so many orders on their way, new ones are refused. */
  ADMISSION_MAX_OPEN_ORDERS: z.coerce.number().int().positive().default(5_000),
  /** With so many events that wait to be published, new orders are refused. */
  ADMISSION_MAX_OUTBOX_ROWS: z.coerce.number().int().positive().default(100_000),
  /** While it takes longer to place an order, fewer may be in flight. */
  ADMISSION_PLACING_SECONDS: z.coerce.number().positive().default(0.25),
  IDEMPOTENCY_KEY_TTL_HOURS: z.coerce.number().positive().default(24),
});

export type Config = z.infer<typeof Config>;
