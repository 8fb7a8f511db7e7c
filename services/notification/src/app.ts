import { createConsumer, createKafka } from '@tenfold/events';
import { createHttpServer, type Service } from '@tenfold/http';
import type { Logger } from '@tenfold/observability';
import { isUnavailable, openDatabase } from '@tenfold/postgres';
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

  const http = await createHttpServer({
    service: 'notification',
    identity: {
      issuer: config.IDENTITY_ISSUER,
      jwksUrl: config.IDENTITY_JWKS_URL,
      audience: config.IDENTITY_AUDIENCE,
    },
    log,
    checkReady: database.ping,
    isUnavailable,
  });
  addRoutes(http, { database, onCommit: sending.wake });

  return {
    async start() {
      sending.start();
      consumer.start();
      return http.listen({ host: config.HOST, port: config.NOTIFICATION_PORT });
    },
    async close() {
      await consumer.stop();
      await sending.stop();
      await http.close();
      mailer.close();
      await database.close();
    },
  };
}
