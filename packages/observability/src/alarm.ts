import { counter, ownName } from './instruments.ts';
import type { Logger } from './log.ts';

const alarms = counter({
  name: ownName('alarms'),
  unit: '{alarm}',
  description: 'Which alarms were raised, and how often?',
  attributes: ['alarm'],
});

/**
 * Raises an alarm: an operator must look at it; nothing stops.
 *
 * @param code names the alarm for rules, tests and its page `docs/runbooks/<code>.md`: 'worker-stalled'
 * @param message a constant sentence; everything that varies is a fact
 */
export type Alarm = (code: string, message: string, facts: Record<string, unknown>) => void;

/** An alarm is a log line of level `error` with its code in the field `alarm`; the metric `alarms` counts alarms by code. */
export function createAlarm(log: Logger): Alarm {
  return (code, message, facts) => {
    alarms.add(1, { alarm: code });
    log.error({ ...facts, alarm: code }, message);
  };
}
