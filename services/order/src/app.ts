import { createConsumer, createKafka, createRelay } from '@tenfold/events';
import { createHttpServer, type Service } from '@tenfold/http';
import type { Logger } from '@tenfold/observability';
import { isUnavailable, openDatabase } from '@tenfold/postgres';
import type { Config } from './config.ts';
import { addRoutes } from './routes.ts';
import { createSubscriptions } from './subscriptions.ts';

/** Wires the order service: from top to bottom, everything that it depends on. Nothing runs before `start`. */
export async function createApp(config: Config, log: Logger): Promise<Service> {
  const database = openDatabase({ url: config.DATABASE_URL, name: 'order' });
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'order',
    namespace: config.KAFKA_NAMESPACE,
    log,
  });
  const relay = createRelay({ service: 'order', databaseUrl: config.DATABASE_URL, kafka, log });
  const consumer = createConsumer({
    kafka,
    group: 'order',
    database,
    subscriptions: createSubscriptions((facts) => log.error(facts, 'this can never be right')),
    log,
    onCommit: relay.wake,
  });

  const http = await createHttpServer({
    service: 'order',
    identity: {
      issuer: config.IDENTITY_ISSUER,
      jwksUrl: config.IDENTITY_JWKS_URL,
      audience: config.IDENTITY_AUDIENCE,
    },
    log,
    checkReady: database.ping,
    isUnavailable,
  });
  addRoutes(http, { database, deadlineSeconds: config.ORDER_DEADLINE_SECONDS, onCommit: relay.wake });

  return {
    async start() {
      relay.start();
      consumer.start();
      return http.listen({ host: config.HOST, port: config.ORDER_PORT });
    },
    async close() {
      await consumer.stop();
      await http.close();
      await relay.stop();
      await database.close();
    },
  };
}
