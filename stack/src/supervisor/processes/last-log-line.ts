import { readFileSync } from 'node:fs';
import { isObject, jsonObject, printable, valueText } from '../../text/printable.ts';

/** The last informative line of a log, to explain why a process did not start. */
export function lastLogLine(file: string): string {
  return lastLogLineOf(readFileSync(file, 'utf8'));
}

export function lastLogLineOf(log: string): string {
  const lines = log.trimEnd().split('\n').slice(-40);
  const informative = lines.filter((line) => /error|fatal|fail|cannot|could not/i.test(line)).at(-1);
  return readable(informative ?? lines.at(-1) ?? '').slice(0, 300);
}

function readable(line: string): string {
  const entry = jsonObject(line);
  if (!entry) return printable(line.trim());
  const { msg, err } = entry;
  return [msg, isObject(err) ? err.message : err].map(valueText).filter(Boolean).join(': ');
}
