import { createCache } from '@repo/cache';
import { createConsumer, createKafka, createRelay } from '@repo/events';
import { createHttpServer } from '@repo/http';
import { createKeySweeper } from '@repo/idempotency';
import { createAlarm, type Logger } from '@repo/observability';
import { addDeadLetters } from '@repo/operations';
import { createReadyCheck, isUnavailable, openDatabase } from '@repo/postgres';
import { closeInOrder, type Service, shutdownTimings } from '@repo/runtime';
import { addCatalogue, CACHE_TTL_MS } from './catalogue/catalogue-routes.ts';
import { addProductAdminRoutes } from './catalogue/product-admin-routes.ts';
import type { Config } from './config.ts';
import { addStock } from './stock/stock-routes.ts';
import { subscriptions } from './subscriptions.ts';
import { createReservationTimer } from './timers.ts';

/** Wires the inventory service: from top to bottom, everything that it depends on. Nothing runs before `start`. */
export async function createApp(config: Config, log: Logger): Promise<Service> {
  const database = openDatabase({ url: config.DATABASE_URL, name: 'inventory' });
  const cache = createCache({
    url: config.REDIS_URL,
    name: `${config.REDIS_NAMESPACE}products`,
    ttlMs: CACHE_TTL_MS,
    log,
  });
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'inventory',
    namespace: config.KAFKA_NAMESPACE,
    log,
  });
  const relay = createRelay({ service: 'inventory', databaseUrl: config.DATABASE_URL, database, kafka, log });
  const consumer = createConsumer({
    kafka,
    group: 'inventory',
    database,
    subscriptions,
    log,
    onCommit: ({ hasPublished }) => {
      if (hasPublished) relay.wake();
    },
  });
  const watching = createReservationTimer({
    database,
    catchUp: consumer.catchUp,
    alarm: createAlarm(log),
    alarmSeconds: config.RESERVATION_ALARM_SECONDS,
    log,
  });
  const keySweeper = createKeySweeper({ database, ttlHours: config.IDEMPOTENCY_KEY_TTL_HOURS, log });

  const { limitMs, drainMs } = shutdownTimings(config);
  const http = await createHttpServer({
    service: 'inventory',
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
  addCatalogue(http, { database, cache });
  const keyTtlHours = config.IDEMPOTENCY_KEY_TTL_HOURS;
  addProductAdminRoutes(http, { database, cache, keyTtlHours, onCommit: relay.wake });
  addStock(http, { database, keyTtlHours, onCommit: relay.wake });
  addDeadLetters(http, { database, keyTtlHours });

  return {
    async start() {
      for (const part of [relay, consumer, watching, keySweeper]) part.start();
      return http.listen({ host: config.HOST, port: config.INVENTORY_PORT });
    },
    close: () =>
      closeInOrder(
        [
          {
            drain: http.drain,
            consumer: consumer.stop,
            watching: watching.stop,
            keySweeper: keySweeper.stop,
          },
          { http: () => http.close() },
          { relay: relay.stop },
          { cache: cache.close, database: database.close },
        ],
        { limitMs, log },
      ),
  };
}
