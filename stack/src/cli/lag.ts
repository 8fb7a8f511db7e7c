import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaPlace, quietKafka } from '../clients/kafka-client.ts';
import { reasonOf } from '../failure.ts';
import type { ConsumerGroup } from '../topology-types.ts';

/** The lag of some groups in records; a string is the reason why it is unknown. */
export type LagReader = (groups: Promise<ConsumerGroup[]>) => Promise<number | string>;

/**
 * Returns a function that reads the lag of groups from Kafka. All results together come within a limit, also when Kafka
 * hangs; its client may then continue to try.
 */
export function openLagReader(place: KafkaPlace, { withinMs = 3_000 } = {}): LagReader {
  const kafka = quietKafka(place, 'status');
  const tooLate = sleep(withinMs, `Kafka gave no answer within ${withinMs / 1_000} s`, { ref: false });

  async function readLag(groups: Promise<ConsumerGroup[]>): Promise<number | string> {
    try {
      const lags = await Promise.all((await groups).map(({ group, topics }) => kafka.lag(group, topics)));
      return lags.reduce((sum, lag) => sum + lag, 0);
    } catch (error) {
      return reasonOf(error);
    }
  }

  return (groups) => Promise.race([readLag(groups), tooLate]);
}
