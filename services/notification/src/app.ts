import { createConsumer, createKafka } from '@repo/events';
import { createHttpServer } from '@repo/http';
import { createKeySweeper } from '@repo/idempotency';
import type { Logger } from '@repo/observability';
import { addDeadLetters } from '@repo/operations';
import { createReadyCheck, isUnavailable, openDatabase } from '@repo/postgres';
import { closeInOrder, type Service, shutdownTimings } from '@repo/runtime';
import type { Config } from './config.ts';
import { createMailer } from './mailer.ts';
import { addRoutes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';
import { createSendTimer } from './timers.ts';

/** Wires the notification service: from top to bottom, everything that it depends on. Nothing runs before `start`. */
export async function createApp(config: Config, log: Logger): Promise<Service> {
  const database = openDatabase({ url: config.DATABASE_URL, name: 'notification' });
  const mailer = createMailer(config.SMTP_URL);
  const sending = createSendTimer({ database, mailer, log });
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'notification',
    namespace: config.KAFKA_NAMESPACE,
    log,
  });
  const consumer = createConsumer({
    kafka,
    group: 'notification',
    database,
    subscriptions,
    log,
    onCommit: sending.wake,
  });

  const keyTtlHours = config.IDEMPOTENCY_KEY_TTL_HOURS;
  const keySweeper = createKeySweeper({ database, ttlHours: keyTtlHours, log });

  const { limitMs, drainMs } = shutdownTimings(config);
  const http = await createHttpServer({
    service: 'notification',
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
  addRoutes(http, { database, onCommit: sending.wake });
  addDeadLetters(http, { database, keyTtlHours });

  return {
    async start() {
      for (const part of [sending, consumer, keySweeper]) part.start();
      return http.listen({ host: config.HOST, port: config.NOTIFICATION_PORT });
    },
    close: () =>
      closeInOrder(
        [
          { drain: http.drain, consumer: consumer.stop, sending: sending.stop, keySweeper: keySweeper.stop },
          { http: () => http.close() },
          { mailer: mailer.close, database: database.close },
        ],
        { limitMs, log },
      ),
  };
}
