import { styleText } from 'node:util';
import { readableText } from '@repo/events';
import { isObject, jsonObject, printable, shortened, valueText } from './printable.ts';

export type Timed = { time: number; text: string };

const levels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/**
 * A line of pino's JSON in readable form: time, level, service, message, facts. Other lines stay unchanged. Only the stack
 * of an error has further lines.
 */
export function readableLine(name: string, line: string): Timed {
  const entry = jsonObject(line);
  if (!entry) return { time: 0, text: `${name.padEnd(12)} ${shortened(textOfLine(line))}` };
  const { level, time, service, msg, err, pid: _pid, hostname: _host, trace_flags: _, ...facts } = entry;
  const at = timeOf(time);
  const parts = [
    at?.toISOString().split('T')[1]?.slice(0, 12),
    paint(levelName(level)),
    (shown(service) || name).padEnd(12),
    shown(msg),
    showFacts(facts),
    showError(err),
  ];
  return { time: at?.getTime() ?? 0, text: parts.filter(Boolean).join(' ') };
}

function timeOf(time: unknown): Date | undefined {
  if (typeof time !== 'string' && typeof time !== 'number') return undefined;
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function levelName(level: unknown): string {
  const known = typeof level === 'number' ? levels[level] : undefined;
  return known ?? shown(level);
}

function paint(level: string): string {
  if (level === 'error' || level === 'fatal') return styleText('red', level.padEnd(5));
  return level === 'warn' ? styleText('yellow', level.padEnd(5)) : level.padEnd(5);
}

function showFacts(facts: Record<string, unknown>): string {
  const pairs = Object.entries(facts).map(([name, value]) => `${printable(name)}=${shown(value) || value}`);
  return pairs.length > 0 ? styleText('dim', shortened(pairs.join(' '))) : '';
}

function showError(error: unknown): string {
  if (error === undefined || error === null) return '';
  const { stack, message } = isObject(error) ? error : {};
  const text = [stack, message].find((one) => typeof one === 'string') ?? shown(error);
  const lines = shortened(String(text)).split('\n');
  return `\n${lines.map((line) => `  ${textOfLine(line)}`).join('\n')}`;
}

/** Kafka indents the frames of its stacks with tabs. */
function textOfLine(line: string): string {
  return readableText(line.replaceAll('\t', '    '));
}

/** Text with a backslash doubled, as in all data that is shown escaped; anything else as JSON. */
function shown(value: unknown): string {
  return shortened(typeof value === 'string' ? readableText(value) : valueText(value));
}
