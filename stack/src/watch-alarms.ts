import { join } from 'node:path';
import { type Alarm, openAlarmTeller, readAlarm } from './alarms.ts';
import type { Say } from './failure.ts';
import { openTail } from './tail.ts';
import { serviceNames } from './topology.ts';

const tickMs = 300;

/**
 * Says what the services raise alarms about, as soon as it is in their logs. Answers how to end that.
 *
 * @param since in milliseconds since 1970: earlier runs have written to the same files
 */
export function watchAlarms({ dir, since, say }: { dir: string; since: number; say: Say }): () => void {
  const tails = serviceNames.map((name) => openTail(join(dir, 'logs', `${name}.log`), readAlarm));
  const teller = openAlarmTeller(say);
  const isOfNow = (alarm: Alarm | null): alarm is Alarm => alarm !== null && alarm.at >= since;
  const look = () => {
    const now = Date.now();
    for (const alarm of tails.flatMap((tail) => tail.read()).filter(isOfNow)) teller.take(alarm, now);
    teller.sumUp(now);
  };
  const timer = setInterval(look, tickMs);
  return () => clearInterval(timer);
}
