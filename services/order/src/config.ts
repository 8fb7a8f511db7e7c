import { KafkaConfig } from '@repo/events';
import { IdentityConfig } from '@repo/http';
import { DatabaseConfig } from '@repo/postgres';
import { ProcessConfig } from '@repo/runtime';
import { z } from 'zod';

const positive = z.coerce.number().positive();
const count = positive.int();

/** The environment of this service. */
export const Config = z.object({
  ...ProcessConfig.shape,
  ...IdentityConfig.shape,
  ...DatabaseConfig.shape,
  ...KafkaConfig.shape,
  ORDER_PORT: z.coerce.number().int().default(3001).describe('the port of order; 0 means a free port'),
  ORDER_DEADLINE_SECONDS: count.default(900).describe('the time after which an open order is cancelled'),
  ADMISSION_MAX_OPEN_ORDERS: count
    .default(5_000)
    .describe('the number of open orders from which new ones are refused'),
  ADMISSION_MAX_OUTBOX_ROWS: count
    .default(100_000)
    .describe('the number of unpublished events from which new orders are refused'),
  ADMISSION_PLACING_SECONDS: positive
    .default(0.25)
    .describe('the time to place an order above which fewer are accepted at once, and others are refused'),
  IDEMPOTENCY_KEY_TTL_HOURS: positive.default(24).describe('the time for which an idempotency key is kept'),
});

export type Config = z.infer<typeof Config>;
