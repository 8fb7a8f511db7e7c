import { ProcessConfig } from '@repo/runtime';
import { z } from 'zod';

const positive = z.coerce.number().positive();
const count = positive.int();

/** The environment of this service. */
export const Config = z.object({
  ...ProcessConfig.shape,
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  ORDER_PORT: z.coerce.number().int().default(3001).describe('where order listens; 0 asks for a free port'),
  DATABASE_URL: z.url().describe('the database, as the role that may only read and change rows'),
  KAFKA_BROKERS: z
    .string()
    .transform((brokers) => brokers.split(','))
    .describe('the addresses of Kafka, separated by commas'),
  KAFKA_NAMESPACE: z
    .string()
    .default('')
    .describe('a prefix of all topics and consumer groups, such as `two.`'),
  IDENTITY_ISSUER: z.url().describe('who issues the tokens that are accepted'),
  IDENTITY_JWKS_URL: z.url().describe('where the public keys of the issuer are'),
  IDENTITY_AUDIENCE: z.string().describe('for whom the tokens must be'),
  ORDER_DEADLINE_SECONDS: count
    .default(900)
    .describe('after so long an order that has not ended is cancelled'),
  ADMISSION_MAX_OPEN_ORDERS: count
    .default(5_000)
    .describe('with so many orders on their way, new ones are refused'),
  ADMISSION_MAX_OUTBOX_ROWS: count
    .default(100_000)
    .describe('with so many events that wait to be published, new orders are refused'),
  ADMISSION_PLACING_SECONDS: positive
    .default(0.25)
    .describe('while it takes longer to place an order, fewer may be in flight, and others are refused'),
  IDEMPOTENCY_KEY_TTL_HOURS: positive.default(24).describe('how long an idempotency key is known'),
});

export type Config = z.infer<typeof Config>;
