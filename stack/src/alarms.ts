import { styleText } from 'node:util';
import type { Say } from './failure.ts';
import { nextStep } from './runbooks.ts';

/** A line by which a service tells a person of something that they should look at. */
export type Alarm = { at: number; service: string; what: string; about: string };

/** The alarm in a line of a log, if it is one. */
export function readAlarm(line: string): Alarm | null {
  if (!line.includes('"alarm":true')) return null;
  try {
    const { time, service, msg, key, orderId, id } = JSON.parse(line) as Record<string, string>;
    const about = key ?? orderId ?? id ?? '';
    return { at: new Date(time ?? '').getTime(), service: service ?? '', what: msg ?? '', about };
  } catch {
    return null;
  }
}

/**
 * Says alarms in a line each, at once. Where one comes again within moments, with other facts perhaps, it is counted,
 * and `sumUp` says how often.
 */
export function openAlarmTeller(say: Say, quietMs = 5_000) {
  const quiet = new Map<string, { alarm: Alarm; until: number; repeats: number }>();

  return {
    take(alarm: Alarm, now: number): void {
      const told = quiet.get(alarm.service + alarm.what);
      if (told) told.repeats++;
      else {
        say(alarmLine(alarm));
        quiet.set(alarm.service + alarm.what, { alarm, until: now + quietMs, repeats: 0 });
      }
    },
    /** To be called every now and then. */
    sumUp(now: number): void {
      for (const [name, told] of quiet) {
        if (told.until > now) continue;
        quiet.delete(name);
        if (told.repeats === 0) continue;
        say(repeatLine(told.alarm, told.repeats, quietMs));
        quiet.set(name, { ...told, until: now + quietMs, repeats: 0 });
      }
    },
  };
}

function alarmLine({ service, what, about }: Alarm): string {
  return `${mark()} ${service}: ${what}${about && ` (${about})`}; ${nextStep(what)}`;
}

function repeatLine({ service, what }: Alarm, repeats: number, quietMs: number): string {
  return `${mark()} ${service}: ${what}, ${repeats} more within ${quietMs / 1000} s`;
}

const mark = () => styleText('red', '  ALARM');
