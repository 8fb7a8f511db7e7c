import { setTimeout } from 'node:timers/promises';
import type { Admin, Kafka as Client, ITopicMetadata } from 'kafkajs';
import type { EndOffsets, GroupPosition, LostRecords, TopicOptions } from './kafka.ts';

/** With three brokers, each record is on three of them, and one may be down. */
const MOST_REPLICAS = 3;

export async function createTopics(admin: Admin, namespace: string, topics: TopicOptions[]): Promise<void> {
  const { brokers } = await admin.describeCluster();
  const isSafe = brokers.length >= MOST_REPLICAS;
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map(({ topic, partitions, config }) => ({
      topic: namespace + topic,
      numPartitions: partitions,
      replicationFactor: isSafe ? MOST_REPLICAS : -1,
      configEntries: Object.entries({ ...config, ...(isSafe && { 'min.insync.replicas': '2' }) }).map(
        ([name, value]) => ({ name, value }),
      ),
    })),
  });
  await untilKnown(
    admin,
    topics.map(({ topic }) => namespace + topic),
  );
}

/** A broker learns of a new topic some milliseconds later. Until then it reports an unknown topic, and kafkajs gives up. */
export async function untilKnown(
  admin: Admin,
  topics: string[],
  { attempts = 100 } = {},
): Promise<ITopicMetadata[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const known = await admin.fetchTopicMetadata({ topics });
      return known.topics;
    } catch (error) {
      const { type } = error as { type?: string };
      if (type !== 'UNKNOWN_TOPIC_OR_PARTITION' || attempt >= attempts) throw error;
      await setTimeout(50);
    }
  }
}

/** The total number of partitions of some topics. */
export async function countPartitions(admin: Admin, topics: string[]): Promise<number> {
  const known = await untilKnown(admin, topics);
  return known.reduce((sum, { partitions }) => sum + partitions.length, 0);
}

/** Runs some requests on a connection of their own. */
export async function withAdmin<Result>(
  client: Client,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = client.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

export async function readEndOffsets(admin: Admin, namespace: string, topics: string[]): Promise<EndOffsets> {
  const entries = topics.map(async (topic) => {
    const partitions = await admin.fetchTopicOffsets(namespace + topic);
    const endOffsets: EndOffsets[string] = [];
    for (const { partition, low, high } of partitions)
      endOffsets[partition] = { low: BigInt(low), high: BigInt(high) };
    return [topic, endOffsets] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export async function deleteRecords(
  admin: Admin,
  namespace: string,
  { topic, endOffsets }: { topic: string; endOffsets: EndOffsets },
): Promise<void> {
  const partitions = (endOffsets[topic] ?? [])
    .map(({ high }, partition) => ({ partition, offset: String(high) }))
    .filter(({ offset }) => offset !== '0');
  // kafkajs needs the leaders of the topic, and does not request them by itself.
  await admin.fetchTopicOffsets(namespace + topic);
  await admin.deleteTopicRecords({ topic: namespace + topic, partitions });
}

export async function setReplicas(
  admin: Admin,
  { topic, partition, count }: { topic: string; partition: number; count: number },
): Promise<void> {
  const { brokers } = await admin.describeCluster();
  const replicas = brokers.map(({ nodeId }) => nodeId).slice(0, count);
  await admin.alterPartitionReassignments({
    topics: [{ topic, partitionAssignment: [{ partition, replicas }] }],
  });
  for (let inSync = -1; inSync !== count; ) {
    await setTimeout(50);
    const [found] = await untilKnown(admin, [topic]);
    inSync = found?.partitions.find(({ partitionId }) => partitionId === partition)?.isr.length ?? 0;
  }
}

interface Position {
  topic: string;
  partition: number;
  /** The next offset of the group; -1 where it has consumed nothing of the partition yet. */
  next: bigint;
  low: bigint;
  high: bigint;
}

/** The offsets of a group in each partition of some topics. */
async function readPositions(
  admin: Admin,
  namespace: string,
  { group, topics, endOffsets }: { group: string; topics: string[]; endOffsets?: EndOffsets | undefined },
): Promise<Position[]> {
  const until = endOffsets ?? (await readEndOffsets(admin, namespace, topics));
  const offsets = await admin.fetchOffsets({
    groupId: namespace + group,
    topics: topics.map((topic) => namespace + topic),
  });
  return offsets.flatMap(({ topic: fullName, partitions }) => {
    const topic = fullName.slice(namespace.length);
    return partitions.map(({ partition, offset }) => {
      const { low, high } = until[topic]?.[partition] ?? { low: 0n, high: 0n };
      return { topic, partition, next: BigInt(offset), low, high };
    });
  });
}

/** Where nothing has been consumed yet, or records were deleted before they were, the group continues at the first one. */
export async function readGroupPositions(
  admin: Admin,
  namespace: string,
  of: { group: string; topics: string[] },
): Promise<GroupPosition[]> {
  const positions = await readPositions(admin, namespace, of);
  return positions.map(({ topic, partition, next, low, high }) => {
    const continuesAtFirst = next < low;
    return { topic, partition, next: continuesAtFirst ? low : next, high };
  });
}

export async function readLag(
  admin: Admin,
  namespace: string,
  of: { group: string; topics: string[]; endOffsets: EndOffsets | undefined },
): Promise<number> {
  const positions = await readPositions(admin, namespace, of);
  return positions.reduce((sum, { next, low, high }) => {
    const left = next > low ? high - next : high - low;
    return left > 0n ? sum + Number(left) : sum;
  }, 0);
}

export async function readLost(
  admin: Admin,
  namespace: string,
  of: { group: string; topics: string[] },
): Promise<LostRecords[]> {
  const positions = await readPositions(admin, namespace, of);
  return positions
    .filter(({ next, low }) => next >= 0n && next < low)
    .map(({ topic, partition, next, low }) => ({ topic, partition, records: Number(low - next) }));
}
