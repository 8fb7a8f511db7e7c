import { readConfig } from '@repo/config';
import type { Topic } from '@repo/contracts/event';
import { createLogger } from '@repo/observability';
import { tryFor } from '@repo/polling';
import { MigrationFailed, migrate } from '@repo/postgres';
import { z } from 'zod';
import { createKafka } from './kafka/kafkajs.ts';
import { createTopics, type TopicKind } from './topics.ts';

/** What the migrate step of a service is told. */
export const Env = z.object({
  MIGRATOR_DATABASE_URL: z.url().describe('the database, as the role that owns it'),
  KAFKA_BROKERS: z.string().describe('the addresses of Kafka, separated by commas'),
  KAFKA_NAMESPACE: z
    .string()
    .optional()
    .describe('a prefix of all topics and consumer groups, such as `two.`'),
  MIGRATE_WAIT_SECONDS: z.coerce
    .number()
    .nonnegative()
    .default(0)
    .describe('the longest wait for servers that have not started yet'),
});

/**
 * The migrate step of a service: brings its database to the newest version and creates the topics that it owns. Run to
 * its end before the service starts. What goes wrong is said in one line, and the process ends with status 1.
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
    const brokers = env.KAFKA_BROKERS.split(',');
    const kafka = createKafka({
      brokers,
      clientId: `${service}-migrate`,
      namespace: env.KAFKA_NAMESPACE,
      log,
    });
    const [applied] = await tryFor({ seconds: env.MIGRATE_WAIT_SECONDS, isFinal }, () =>
      Promise.all([migrate({ url: env.MIGRATOR_DATABASE_URL, folder }), createTopics(kafka, topics)]),
    );
    log.info({ applied, topics: Object.keys(topics) }, 'migrated');
  } catch (error) {
    log.fatal({ err: error }, `The migrate step of ${service} failed: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

/** A file that fails today fails tomorrow too. */
function isFinal(error: unknown): boolean {
  return error instanceof MigrationFailed;
}
