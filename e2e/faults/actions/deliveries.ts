import { serviceNames } from '@repo/stack/topology';
import { isEvent } from '../../audit/topics.ts';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

/** Publishes many events again, in any order: as relays do that have died, and more. */
export async function republish(rig: Rig, times: number): Promise<void> {
  const { recording, publisher } = rig.auditor;
  rig.note(`${times} records published again`);
  const published = recording.records.filter(isEvent);
  const picks = Array.from({ length: times }, () => published[rig.random.between(0, published.length - 1)]);
  const records = picks.filter((record) => record !== undefined);
  for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic))
    await publisher.publish([
      { topic, records: ofTopic.map(({ key, value, headers }) => ({ key, value, headers })) },
    ]);
}

/** Lets all services consume each batch in any order, for a while. */
export async function reorderFor(rig: Rig, ms: number): Promise<void> {
  rig.note(`${serviceNames.join(', ')} consume in any order for ${ms} ms`);
  for (const service of serviceNames) rig.turnOn(service, 'reorder');
  await hold(ms);
  rig.turnAllOff();
}
