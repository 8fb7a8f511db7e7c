import { styleText } from 'node:util';
import type { Say } from './failure.ts';
import { jsonObject, shortened, valueText } from './printable.ts';
import { nextStep } from './runbooks.ts';

/** A line by which a service tells a person of something that they should look at. */
export type Alarm = { at: number; service: string; code: string; what: string; about: string };

/** The alarm in a line of a log, if it is one. */
export function readAlarm(line: string): Alarm | null {
  if (!line.includes('"alarm":"')) return null;
  const entry = jsonObject(line);
  if (typeof entry?.alarm !== 'string') return null;
  const { time, service, alarm, msg, key, orderId, id, worker } = entry;
  const about = [key, orderId, id, worker].map(shown).find((text) => text !== '') ?? '';
  const at = typeof time === 'string' || typeof time === 'number' ? new Date(time).getTime() : Number.NaN;
  return { at, service: shown(service), code: shown(alarm), what: shown(msg), about };
}

const LONGEST_FACT = 255;

/** What an alarm is about is escaped and cut when it is logged; a line that something else wrote may be anything. */
function shown(fact: unknown): string {
  return shortened(valueText(fact), LONGEST_FACT);
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

function alarmLine({ service, code, what, about }: Alarm): string {
  return `${mark()} ${service}: ${what}${about && ` (${about})`}; ${nextStep(code)}`;
}

function repeatLine({ service, what }: Alarm, repeats: number, quietMs: number): string {
  return `${mark()} ${service}: ${what}, ${repeats} more within ${quietMs / 1000} s`;
}

const mark = () => styleText('red', '  ALARM');
