import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaPlace, quietKafka } from '../clients/kafka-client.ts';
import { reasonOf } from '../failure.ts';
import type { ConsumerGroup } from '../topology-types.ts';

/** How many records some groups together have yet to consume; a string says why that cannot be known. */
export type LagReader = (groups: Promise<ConsumerGroup[]>) => Promise<number | string>;

/**
 * Returns how to ask Kafka for the lag of groups. All answers together come in bounded time, also when Kafka hangs; its
 * client may then go on trying.
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
