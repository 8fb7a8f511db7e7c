import { styleText } from 'node:util';
import type { Print } from '../failure.ts';
import { jsonObject, shortened, valueText } from '../text/printable.ts';
import { correlation } from '../topology.ts';
import { nextStep } from './runbooks.ts';

/** A log line by which a service asks an operator to look at something. */
export type Alarm = { at: number; service: string; code: string; message: string; subject: string };

/** The alarm in a log line; null for any other line. */
export function readAlarm(line: string): Alarm | null {
  if (!line.includes('"alarm":"')) return null;
  const entry = jsonObject(line);
  if (typeof entry?.alarm !== 'string') return null;
  const { time, service, alarm, msg, key, id, worker, [correlation.field]: story } = entry;
  const subject = [key, story, id, worker].map(shown).find((text) => text !== '') ?? '';
  const at = typeof time === 'string' || typeof time === 'number' ? new Date(time).getTime() : Number.NaN;
  return { at, service: shown(service), code: shown(alarm), message: shown(msg), subject };
}

const LONGEST_FACT = 255;

/** Services escape and shorten the facts that they log; a line of another origin may contain anything. */
function shown(fact: unknown): string {
  return shortened(valueText(fact), LONGEST_FACT);
}

/**
 * Prints each alarm in a line, at once. Repetitions within `quietMs`, with the same facts or with others, are counted, and
 * `summarize` prints their number.
 */
export function createAlarmPrinter(print: Print, quietMs = 5_000) {
  const quiet = new Map<string, { alarm: Alarm; until: number; repeats: number }>();

  return {
    print(alarm: Alarm, now: number): void {
      const state = quiet.get(alarm.service + alarm.message);
      if (state) state.repeats++;
      else {
        print(alarmLine(alarm));
        quiet.set(alarm.service + alarm.message, { alarm, until: now + quietMs, repeats: 0 });
      }
    },
    /** Must be called regularly. */
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
