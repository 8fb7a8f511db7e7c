import { OrderCancelled } from '@repo/contracts/order';
import { createConsumer, createKafka, createRelay } from '@repo/events';
import { createHttpServer } from '@repo/http';
import { createKeySweeper } from '@repo/idempotency';
import type { Logger } from '@repo/observability';
import { addDeadLetters } from '@repo/operations';
import { createReadyCheck, isUnavailable, openDatabase } from '@repo/postgres';
import { closeInOrder, type Service, shutdownTimings } from '@repo/runtime';
import type { Config } from './config.ts';
import { createPaymentProvider } from './payment-provider.ts';
import { addRoutes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';
import { createTimers } from './timers.ts';

/** Longer than the provider's slowest definite responses; a third of the lease of a payment, which takes two calls. */
const PROVIDER_TIMEOUT_MS = 10_000;

/** Wires the payment service: from top to bottom, everything that it depends on. Nothing runs before `start`. */
export async function createApp(config: Config, log: Logger): Promise<Service> {
  const database = openDatabase({ url: config.DATABASE_URL, name: 'payment' });
  const provider = createPaymentProvider({
    url: config.PAYMENT_PROVIDER_URL,
    timeoutMs: PROVIDER_TIMEOUT_MS,
    log,
  });
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'payment',
    namespace: config.KAFKA_NAMESPACE,
    log,
  });
  const relay = createRelay({ service: 'payment', databaseUrl: config.DATABASE_URL, database, kafka, log });
  const { captures, refunds } = createTimers({
    database,
    provider,
    providerTimeoutMs: PROVIDER_TIMEOUT_MS,
    keyTtlHours: config.PAYMENT_PROVIDER_KEY_TTL_HOURS,
    log,
    onCommit: relay.wake,
  });
  const consumer = createConsumer({
    kafka,
    group: 'payment',
    database,
    subscriptions,
    log,
    onCommit: ({ type }) => {
      captures.wake();
      if (type === OrderCancelled.type) refunds.wake();
    },
  });

  const keyTtlHours = config.IDEMPOTENCY_KEY_TTL_HOURS;
  const keySweeper = createKeySweeper({ database, ttlHours: keyTtlHours, log });

  const { limitMs, drainMs } = shutdownTimings(config);
  const http = await createHttpServer({
    service: 'payment',
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
      for (const part of [relay, captures, refunds, consumer, keySweeper]) part.start();
      return http.listen({ host: config.HOST, port: config.PAYMENT_PORT });
    },
    close: () =>
      closeInOrder(
        [
          {
            drain: http.drain,
            consumer: consumer.stop,
            captures: captures.stop,
            refunds: refunds.stop,
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
