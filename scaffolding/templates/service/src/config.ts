import { ProcessConfig } from '@repo/runtime';
import { z } from 'zod';

const positive = z.coerce.number().positive();

/** The environment of this service. */
export const Config = z.object({
  ...ProcessConfig.shape,
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  EXAMPLE_PORT: z.coerce.number().int().default(3000).describe('the port of example; 0 means a free port'),
  DATABASE_URL: z.url().describe('the database, as the role that may only read and change rows'),
  KAFKA_BROKERS: z
    .string()
    .transform((brokers) => brokers.split(','))
    .describe('the addresses of Kafka, separated by commas'),
  KAFKA_NAMESPACE: z
    .string()
    .default('')
    .describe('a prefix of all topics and consumer groups, such as `two.`'),
  IDENTITY_ISSUER: z.url().describe('the issuer of accepted tokens'),
  IDENTITY_JWKS_URL: z.url().describe("the URL of the issuer's public keys"),
  IDENTITY_AUDIENCE: z.string().describe('the audience of accepted tokens'),
  IDEMPOTENCY_KEY_TTL_HOURS: positive.default(24).describe('the time for which an idempotency key is kept'),
});

export type Config = z.infer<typeof Config>;
