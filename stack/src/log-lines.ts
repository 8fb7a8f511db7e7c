import { styleText } from 'node:util';

export type Timed = { time: number; text: string };

const levels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** A line of pino's JSON as a person reads it: time, level, service, message, facts. Other lines stay as they are. */
export function readableLine(name: string, line: string): Timed {
  const entry = parse(line);
  if (!entry) return { time: 0, text: `${name.padEnd(12)} ${line}` };
  const { level, time, service = name, msg = '', err, pid: _pid, hostname: _host, ...facts } = entry;
  const at = new Date(time as string | number);
  const word = levels[Number(level)] ?? String(level);
  const clock = Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(11, 23);
  const parts = [clock, paint(word), String(service).padEnd(12), msg, showFacts(facts), showError(err)];
  return { time: at.getTime() || 0, text: parts.filter(Boolean).join(' ') };
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const entry: unknown = JSON.parse(line);
    return entry !== null && typeof entry === 'object' ? (entry as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function paint(level: string): string {
  if (level === 'error' || level === 'fatal') return styleText('red', level.padEnd(5));
  return level === 'warn' ? styleText('yellow', level.padEnd(5)) : level.padEnd(5);
}

function showFacts(facts: Record<string, unknown>): string {
  const pairs = Object.entries(facts).map(([name, value]) => {
    return `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`;
  });
  return pairs.length > 0 ? styleText('dim', pairs.join(' ')) : '';
}

function showError(error: unknown): string {
  if (error === undefined) return '';
  const { stack, message } = error as { stack?: string; message?: string };
  return `\n  ${(stack ?? message ?? JSON.stringify(error)).replaceAll('\n', '\n  ')}`;
}
