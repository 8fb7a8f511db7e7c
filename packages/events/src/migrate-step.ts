import { readConfig } from '@repo/config';
import { createLogger } from '@repo/observability';
import { tryFor } from '@repo/polling';
import { MigrationFailed, migrate } from '@repo/postgres';
import { z } from 'zod';
import type { Topic } from './event-type.ts';
import { KafkaConfig } from './kafka/kafka-config.ts';
import { createKafka } from './kafka/kafkajs.ts';
import { createTopics, type TopicKind } from './topics.ts';

/** The environment of the migrate step of a service. */
export const Env = z.object({
  MIGRATOR_DATABASE_URL: z.url().describe('the database, as the role that owns it'),
  ...KafkaConfig.shape,
  MIGRATE_WAIT_SECONDS: z.coerce
    .number()
    .nonnegative()
    .default(0)
    .describe('the longest wait for servers that have not started yet'),
});

/**
 * The migrate step of a service: brings its database to the newest version and creates the topics that it owns. It ends
 * before the service starts. A failure is logged in one line, and the process ends with status 1.
 *
 * @param options.folder with the files `NNN-verb-noun.sql`
 */
export async function runMigrateStep(options: {
  service: string;
  folder: string;
  topics: Record<Topic, TopicKind>;
  env: NodeJS.ProcessEnv;
}): Promise<void> {
  const { service, folder, topics } = options;
  const log = createLogger(service);
  try {
    const env = readConfig(Env, options.env);
    const kafka = createKafka({
      brokers: env.KAFKA_BROKERS,
      clientId: `${service}-migrate`,
      namespace: env.KAFKA_NAMESPACE,
      log,
    });
    const [applied] = await tryFor({ seconds: env.MIGRATE_WAIT_SECONDS, isFinal }, () =>
      Promise.all([migrate({ url: env.MIGRATOR_DATABASE_URL, folder }), createTopics(kafka, topics)]),
    );
    log.info({ applied, topics: Object.keys(topics) }, 'migrated');
  } catch (error) {
    log.fatal({ err: error }, 'the migrate step has failed');
    process.exitCode = 1;
  }
}

/** A migration that fails once always fails. */
function isFinal(error: unknown): boolean {
  return error instanceof MigrationFailed;
}
