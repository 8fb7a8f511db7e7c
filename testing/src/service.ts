import type { Topic } from '@repo/events/event-type';
import type { Logger } from '@repo/observability';
import { atTheEnd } from './at-the-end.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createTestKafka, type TestKafka } from './kafka.ts';
import { testLog, testServers } from './servers.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

export interface ServiceEnvironment extends TestDatabase, TestKafka {
  identity: TokenIssuer;
  /** The environment variables of a service that runs here. */
  env: Record<string, string>;
}

/** Creates what a service needs (database, topics, token issuer) for this test file alone. */
export async function createServiceEnvironment(options: {
  service: string;
  /** The service's folder of migrations. */
  migrations: string;
  /** The topics that it publishes to or consumes. */
  topics: Topic[];
}): Promise<ServiceEnvironment> {
  const [database, kafka, identity] = await Promise.all([
    createTestDatabase(options),
    createTestKafka(options.topics),
    startTokenIssuer(),
  ]);
  const { kafkaBrokers, redisUrl } = testServers();
  const env = {
    DATABASE_URL: database.url,
    KAFKA_BROKERS: kafkaBrokers.join(','),
    KAFKA_NAMESPACE: kafka.namespace,
    REDIS_URL: redisUrl,
    IDENTITY_ISSUER: identity.issuer,
    IDENTITY_JWKS_URL: identity.jwksUrl,
    IDENTITY_AUDIENCE: identity.audience,
  };
  return { ...database, ...kafka, identity, env };
}

interface StartedService {
  url: string;
  /** For a test that stops the service before the file ends. */
  close(): Promise<void>;
}

/** Starts a service in this process, as its main.ts would, and closes it when the tests of this file have run. */
export async function startService<Config>(
  createApp: (config: Config, log: Logger) => Promise<{ start(): Promise<string>; close(): Promise<void> }>,
  config: Config,
): Promise<StartedService> {
  const service = await createApp(config, testLog);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= service.close();
    return closed;
  };
  atTheEnd(close);
  return { url: await service.start(), close };
}
