import type { Topic } from '@tenfold/contracts/event';
import { createLogger } from '@tenfold/observability';
import { migrate } from '@tenfold/postgres';
import { z } from 'zod';
import { createKafka } from './kafkajs.ts';
import { createTopics, type TopicKind } from './topics.ts';

/** What the migrate step of a service is told. */
export const Env = z.object({
  MIGRATOR_DATABASE_URL: z.url().describe('the database, as the role that owns it'),
  KAFKA_BROKERS: z.string().describe('the addresses of Kafka, separated by commas'),
  KAFKA_NAMESPACE: z
    .string()
    .optional()
    .describe('a prefix of all topics and consumer groups, such as `two.`'),
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
  topics: Partial<Record<Topic, TopicKind>>;
  env: NodeJS.ProcessEnv;
}): Promise<void> {
  const { service, folder, topics } = options;
  const log = createLogger(service);
  try {
    const env = Env.parse(options.env);
    const brokers = env.KAFKA_BROKERS.split(',');
    const kafka = createKafka({
      brokers,
      clientId: `${service}-migrate`,
      namespace: env.KAFKA_NAMESPACE,
      log,
    });
    const [applied] = await Promise.all([
      migrate({ url: env.MIGRATOR_DATABASE_URL, folder }),
      createTopics(kafka, topics),
    ]);
    log.info({ applied, topics: Object.keys(topics) }, 'migrated');
  } catch (error) {
    log.fatal({ err: error }, `The migrate step of ${service} failed: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
