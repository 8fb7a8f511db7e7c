import { styleText } from 'node:util';
import type { Print } from '../failure.ts';
import { jsonObject, shortened, valueText } from '../text/printable.ts';
import { nextStep } from './runbooks.ts';

/** A line by which a service tells a person of something that they should look at. */
export type Alarm = { at: number; service: string; code: string; message: string; subject: string };

/** The alarm in a line of a log, if it is one. */
export function readAlarm(line: string): Alarm | null {
  if (!line.includes('"alarm":"')) return null;
  const entry = jsonObject(line);
  if (typeof entry?.alarm !== 'string') return null;
  const { time, service, alarm, msg, key, orderId, id, worker } = entry;
  const subject = [key, orderId, id, worker].map(shown).find((text) => text !== '') ?? '';
  const at = typeof time === 'string' || typeof time === 'number' ? new Date(time).getTime() : Number.NaN;
  return { at, service: shown(service), code: shown(alarm), message: shown(msg), subject };
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
export function createAlarmPrinter(print: Print, quietMs = 5_000) {
  const quiet = new Map<string, { alarm: Alarm; until: number; repeats: number }>();

  return {
    take(alarm: Alarm, now: number): void {
      const state = quiet.get(alarm.service + alarm.message);
      if (state) state.repeats++;
      else {
        print(alarmLine(alarm));
        quiet.set(alarm.service + alarm.message, { alarm, until: now + quietMs, repeats: 0 });
      }
    },
    /** To be called every now and then. */
    summarize(now: number): void {
      for (const [name, state] of quiet) {
        if (state.until > now) continue;
        quiet.delete(name);
        if (state.repeats === 0) continue;
        print(repeatLine(state.alarm, state.repeats, quietMs));
        quiet.set(name, { ...state, until: now + quietMs, repeats: 0 });
      }
    },
  };
}

function alarmLine({ service, code, message, subject }: Alarm): string {
  return `${mark()} ${service}: ${message}${subject && ` (${subject})`}; ${nextStep(code)}`;
}

function repeatLine({ service, message }: Alarm, repeats: number, quietMs: number): string {
  return `${mark()} ${service}: ${message}, ${repeats} more within ${quietMs / 1000} s`;
}

const mark = () => styleText('red', '  ALARM');
