import { createCache } from '@tenfold/cache';
import { createConsumer, createKafka, createRelay } from '@tenfold/events';
import { createHttpServer, type Service } from '@tenfold/http';
import type { Logger } from '@tenfold/observability';
import { isUnavailable, openDatabase } from '@tenfold/postgres';
import type { Config } from './config.ts';
import { addRoutes, CACHE_TTL_MS } from './routes.ts';
import { subscriptions } from './subscriptions.ts';

/** Wires the inventory service: from top to bottom, everything that it depends on. Nothing runs before `start`. */
export async function createApp(config: Config, log: Logger): Promise<Service> {
  const database = openDatabase({ url: config.DATABASE_URL, name: 'inventory' });
  const cache = createCache({ url: config.REDIS_URL, name: 'products', ttlMs: CACHE_TTL_MS, log });
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'inventory',
    namespace: config.KAFKA_NAMESPACE,
    log,
  });
  const relay = createRelay({ service: 'inventory', databaseUrl: config.DATABASE_URL, kafka, log });
  const consumer = createConsumer({
    kafka,
    group: 'inventory',
    database,
    subscriptions,
    log,
    onCommit: relay.wake,
  });

  const http = await createHttpServer({
    service: 'inventory',
    identity: {
      issuer: config.IDENTITY_ISSUER,
      jwksUrl: config.IDENTITY_JWKS_URL,
      audience: config.IDENTITY_AUDIENCE,
    },
    log,
    checkReady: database.ping,
    isUnavailable,
  });
  addRoutes(http, { database, cache, onCommit: relay.wake });

  return {
    async start() {
      relay.start();
      consumer.start();
      return http.listen({ host: config.HOST, port: config.INVENTORY_PORT });
    },
    async close() {
      await consumer.stop();
      await http.close();
      await relay.stop();
      cache.close();
      await database.close();
    },
  };
}
