import { createConsumer, createKafka, createRelay } from '@repo/events';
import { createHttpServer } from '@repo/http';
import { createKeySweeper } from '@repo/idempotency';
import { createAlarm, type Logger } from '@repo/observability';
import { addDeadLetters } from '@repo/operations';
import { createReadyCheck, isUnavailable, openDatabase } from '@repo/postgres';
import { closeInOrder, type Service, shutdownTimings } from '@repo/runtime';
import { createAdmission } from './admission.ts';
import type { Config } from './config.ts';
import { findPriceListId } from './price-store.ts';
import { addRoutes } from './routes.ts';
import { createSubscriptions, priceSubscriptions } from './subscriptions.ts';
import { createAdmissionTimer, createDeadlineTimer } from './timers.ts';

/** Wires the order service: from top to bottom, everything that it depends on. Nothing runs before `start`. */
export async function createApp(config: Config, log: Logger): Promise<Service> {
  const database = openDatabase({ url: config.DATABASE_URL, name: 'order' });
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'order',
    namespace: config.KAFKA_NAMESPACE,
    log,
  });
  const relay = createRelay({ service: 'order', databaseUrl: config.DATABASE_URL, database, kafka, log });
  const consumer = createConsumer({
    kafka,
    group: 'order',
    database,
    subscriptions: createSubscriptions(createAlarm(log)),
    log,
    onCommit: ({ hasPublished }) => {
      if (hasPublished) relay.wake();
    },
  });
  const prices = createConsumer({
    kafka,
    name: 'order-prices',
    group: async () => `order-prices-${await findPriceListId(database)}`,
    database,
    subscriptions: priceSubscriptions,
    log,
    onCommit: () => {},
  });
  const deadlines = createDeadlineTimer({
    database,
    catchUp: consumer.catchUp,
    log,
    onCommit: relay.wake,
  });
  const keySweeper = createKeySweeper({ database, ttlHours: config.IDEMPOTENCY_KEY_TTL_HOURS, log });

  const admission = createAdmission({
    openOrders: config.ADMISSION_MAX_OPEN_ORDERS,
    outboxRows: config.ADMISSION_MAX_OUTBOX_ROWS,
    placingMs: config.ADMISSION_PLACING_SECONDS * 1_000,
  });
  const counting = createAdmissionTimer({ admission, database, log });

  const { limitMs, drainMs } = shutdownTimings(config);
  const http = await createHttpServer({
    service: 'order',
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
  const keyTtlHours = config.IDEMPOTENCY_KEY_TTL_HOURS;
  const deadlineSeconds = config.ORDER_DEADLINE_SECONDS;
  addRoutes(http, { database, admission, deadlineSeconds, keyTtlHours, onCommit: relay.wake });
  addDeadLetters(http, { database, keyTtlHours });

  return {
    async start() {
      for (const part of [relay, consumer, prices, deadlines, counting, keySweeper]) part.start();
      return http.listen({ host: config.HOST, port: config.ORDER_PORT });
    },
    close: () =>
      closeInOrder(
        [
          {
            drain: http.drain,
            consumer: consumer.stop,
            prices: prices.stop,
            deadlines: deadlines.stop,
            counting: counting.stop,
            keySweeper: keySweeper.stop,
          },
          { http: () => http.close() },
          { relay: relay.stop },
          { database: database.close },
        ],
        { limitMs, log },
      ),
  };
}
