import { ProcessConfig } from '@tenfold/http';
import { z } from 'zod';

/** The environment of this service. */
export const Config = z.object({
  ...ProcessConfig.shape,
  HOST: z.string().default('127.0.0.1'),
  PAYMENT_PORT: z.coerce.number().int().default(3003),
  DATABASE_URL: z.url(),
  KAFKA_BROKERS: z.string().transform((brokers) => brokers.split(',')),
  KAFKA_NAMESPACE: z.string().default(''),
  IDENTITY_ISSUER: z.url(),
  IDENTITY_JWKS_URL: z.url(),
  IDENTITY_AUDIENCE: z.string(),
  PAYMENT_PROVIDER_URL: z.url(),
  /** After so many hours a capture in doubt is looked up before it is sent again under the same key. */
  PAYMENT_PROVIDER_KEY_TTL_HOURS: z.coerce.number().positive().default(24),
  IDEMPOTENCY_KEY_TTL_HOURS: z.coerce.number().positive().default(24),
});

export type Config = z.infer<typeof Config>;
