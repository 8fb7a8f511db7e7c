import { setTimeout } from 'node:timers/promises';
import type { Admin, Kafka as Client } from 'kafkajs';
import type { Ends, TopicOptions } from './kafka.ts';

export async function createTopics(admin: Admin, namespace: string, topics: TopicOptions[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map(({ topic, partitions, config }) => ({
      topic: namespace + topic,
      numPartitions: partitions,
      replicationFactor: -1,
      configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
    })),
  });
  await untilKnown(
    admin,
    topics.map(({ topic }) => namespace + topic),
  );
}

/** A broker hears of new topics some milliseconds later, and until then says that there are none. kafkajs gives up on that. */
export async function untilKnown(admin: Admin, topics: string[], { attempts = 100 } = {}): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (error) {
      const { type } = error as { type?: string };
      if (type !== 'UNKNOWN_TOPIC_OR_PARTITION' || attempt >= attempts) throw error;
      await setTimeout(50);
    }
  }
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

export async function readEnds(admin: Admin, namespace: string, topics: string[]): Promise<Ends> {
  const entries = topics.map(async (topic) => {
    const partitions = await admin.fetchTopicOffsets(namespace + topic);
    const ends: Ends[string] = [];
    for (const { partition, low, high } of partitions)
      ends[partition] = { low: BigInt(low), high: BigInt(high) };
    return [topic, ends] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export async function readLag(
  admin: Admin,
  namespace: string,
  { group, topics, ends }: { group: string; topics: string[]; ends: Ends | undefined },
): Promise<number> {
  const until = ends ?? (await readEnds(admin, namespace, topics));
  const offsets = await admin.fetchOffsets({
    groupId: namespace + group,
    topics: topics.map((topic) => namespace + topic),
  });
  const behind = offsets.flatMap(({ topic, partitions }) => {
    const its = until[topic.slice(namespace.length)] ?? [];
    return partitions.map(({ partition, offset }) => {
      const { low, high } = its[partition] ?? { low: 0n, high: 0n };
      // A group that has taken nothing of a partition yet has the offset -1.
      const taken = BigInt(offset) > low ? BigInt(offset) : low;
      return taken < high ? Number(high - taken) : 0;
    });
  });
  return behind.reduce((sum, each) => sum + each, 0);
}
