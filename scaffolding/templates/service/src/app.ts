import { createConsumer, createKafka, createRelay } from '@repo/events';
import { createHttpServer } from '@repo/http';
import { createKeySweeper } from '@repo/idempotency';
import type { Logger } from '@repo/observability';
import { addDeadLetters } from '@repo/operations';
import { createReadyCheck, isUnavailable, openDatabase } from '@repo/postgres';
import { closeInOrder, type Service, shutdownTimings } from '@repo/runtime';
import type { Config } from './config.ts';
import { addRoutes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';

/** Wires the example service: from top to bottom, everything that it depends on. Nothing runs before `start`. */
export async function createApp(config: Config, log: Logger): Promise<Service> {
  const database = openDatabase({ url: config.DATABASE_URL, name: 'example' });
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'example',
    namespace: config.KAFKA_NAMESPACE,
    log,
  });
  const relay = createRelay({ service: 'example', databaseUrl: config.DATABASE_URL, database, kafka, log });
  const consumer = createConsumer({
    kafka,
    group: 'example',
    database,
    subscriptions,
    log,
    onCommit: relay.wake,
  });
  const keyTtlHours = config.IDEMPOTENCY_KEY_TTL_HOURS;
  const keySweeper = createKeySweeper({ database, ttlHours: keyTtlHours, log });

  const { limitMs, drainMs } = shutdownTimings(config);
  const http = await createHttpServer({
    service: 'example',
    identity: {
      issuer: config.IDENTITY_ISSUER,
      jwksUrl: config.IDENTITY_JWKS_URL,
      audience: config.IDENTITY_AUDIENCE,
    },
    log,
    checkReady: createReadyCheck(database, `${import.meta.dirname}/../migrations`),
    isUnavailable,
    drainMs,
  });
  addRoutes(http, { database });
  addDeadLetters(http, { database, keyTtlHours });

  return {
    async start() {
      for (const part of [relay, consumer, keySweeper]) part.start();
      return http.listen({ host: config.HOST, port: config.EXAMPLE_PORT });
    },
    close: () =>
      closeInOrder(
        [
          { drain: http.drain, consumer: consumer.stop, keySweeper: keySweeper.stop },
          { http: () => http.close() },
          { relay: relay.stop },
          { database: database.close },
        ],
        { limitMs, log },
      ),
  };
}
