import type { GroupPosition } from '../kafka/kafka.ts';

export interface TopicLag {
  topic: string;
  /** How many records the group has yet to consume. */
  records: number;
  /** How many seconds ago the oldest of them was first seen, at least; 0 if there is none. */
  ageSeconds: number;
}

interface End {
  high: bigint;
  seenAt: number;
}

/** When there are more, every second one is forgotten: the age becomes less exact, and memory stays bounded. */
const MOST_ENDS = 500;

/**
 * Remembers when each end of a partition was first seen. The oldest unconsumed record is as old as the first end beyond
 * the group's position, so its age is known without reading it. (As Burrow does for Kafka:
 * https://github.com/linkedin/Burrow/wiki/Consumer-Lag-Evaluation-Rules)
 *
 * @param now a clock that never jumps, in milliseconds
 */
export function createLagHistory(now = () => performance.now()) {
  const endsOfPartitions = new Map<string, End[]>();

  function ageOf({ topic, partition, next, high }: GroupPosition): number {
    const known = endsOfPartitions.get(`${topic} ${partition}`) ?? [];
    // A topic that was deleted and created again begins at 0.
    const ends = known.filter((end) => end.high > next && end.high <= high);
    if (high > next && ends.at(-1)?.high !== high) ends.push({ high, seenAt: now() });
    const kept = ends.length > MOST_ENDS ? ends.filter((_, index) => index % 2 === 0) : ends;
    endsOfPartitions.set(`${topic} ${partition}`, kept);
    const [oldest] = kept;
    return oldest ? (now() - oldest.seenAt) / 1_000 : 0;
  }

  return {
    /** Reads how far a group is behind on each topic, from its positions now. */
    read(positions: GroupPosition[]): TopicLag[] {
      const byTopic = Map.groupBy(positions, ({ topic }) => topic);
      return Array.from(byTopic, ([topic, ofTopic]) => ({
        topic,
        records: ofTopic.reduce((sum, { next, high }) => sum + Math.max(0, Number(high - next)), 0),
        ageSeconds: Math.max(...ofTopic.map(ageOf)),
      }));
    },
  };
}
