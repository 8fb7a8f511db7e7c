import { type KafkaPlace, quietKafka } from '../clients/kafka-client.ts';
import { Failure, reasonOf } from '../failure.ts';
import { project } from '../project.ts';
import type { StateFolder } from '../supervisor/state-folder.ts';
import { serviceNames, topics } from '../topology.ts';
import { databaseNames, refuseForeignDatabases } from './service-databases.ts';
import type { Addresses } from './start-servers.ts';

/**
 * Checks, before it changes anything, that the servers named by the environment hold no databases, roles or topics of
 * another system under the names of this one. Throws a Failure that explains what to do where they do.
 */
export async function claimServers(
  folder: StateFolder,
  env: NodeJS.ProcessEnv,
  { postgresUrl, kafkaBrokers }: Addresses,
): Promise<void> {
  if (env.POSTGRES_URL) await findNoForeignDatabases(postgresUrl, folder);
  if (env.KAFKA_BROKERS) await claimTopics({ brokers: kafkaBrokers, namespace: env.KAFKA_NAMESPACE }, folder);
}

/** Each database names its owner (service-databases.ts). */
async function findNoForeignDatabases(postgresUrl: string, { dir, systemId }: StateFolder): Promise<void> {
  try {
    await refuseForeignDatabases(postgresUrl, serviceNames.map(databaseNames), { id: systemId });
  } catch (error) {
    throw new Failure(
      `POSTGRES_URL names a server that ${dir} cannot use (${reasonOf(error)}): give each system a server of its own.`,
    );
  }
}

/** A topic has no comment, so an additional topic names the owner of the others. */
async function claimTopics(place: KafkaPlace, { dir, systemId }: StateFolder): Promise<void> {
  const kafka = quietKafka(place, 'claim');
  const { namespace = '' } = place;
  const marks = `${namespace}${project.name}.`;
  const ownMark = `${marks}${systemId}`;
  const isEvents = (topic: string) => topics.some((one) => topic === namespace + one);

  async function findNoForeignTopics(): Promise<void> {
    const found = await kafka.topics();
    const isOurs = found.includes(ownMark);
    const foreign = found.find(
      (topic) => (topic.startsWith(marks) && topic !== ownMark) || (isEvents(topic) && !isOurs),
    );
    if (!foreign) return;
    throw new Failure(
      `KAFKA_BROKERS names a Kafka whose topic "${foreign}" does not belong to ${dir}: set KAFKA_NAMESPACE to a prefix for this system's topics, such as "two.".`,
    );
  }

  await findNoForeignTopics();
  await kafka.createTopics([{ topic: `${project.name}.${systemId}`, partitions: 1, config: {} }]);
  // Another system may start at the same time: the one that checks last sees both.
  await findNoForeignTopics();
}
