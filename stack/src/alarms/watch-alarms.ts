import { join } from 'node:path';
import type { Print } from '../failure.ts';
import { openTail } from '../text/tail.ts';
import { serviceNames } from '../topology.ts';
import { type Alarm, createAlarmPrinter, readAlarm } from './alarms.ts';

const tickMs = 300;

/**
 * Prints the alarms of the services as soon as they are in their logs. Returns a function that stops it.
 *
 * @param since in milliseconds since 1970: earlier runs have written to the same files
 */
export function watchAlarms({ dir, since, print }: { dir: string; since: number; print: Print }): () => void {
  const tails = serviceNames.map((name) => openTail(join(dir, 'logs', `${name}.log`), readAlarm));
  const printer = createAlarmPrinter(print);
  const isOfNow = (alarm: Alarm | null): alarm is Alarm => alarm !== null && alarm.at >= since;
  const look = () => {
    const now = Date.now();
    for (const alarm of tails.flatMap((tail) => tail.read()).filter(isOfNow)) printer.print(alarm, now);
    printer.summarize(now);
  };
  const timer = setInterval(look, tickMs);
  return () => clearInterval(timer);
}
