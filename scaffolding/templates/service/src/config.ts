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
  EXAMPLE_PORT: z.coerce.number().int().default(3000).describe('the port of example; 0 means a free port'),
  IDEMPOTENCY_KEY_TTL_HOURS: positive.default(24).describe('the time for which an idempotency key is kept'),
});

export type Config = z.infer<typeof Config>;
