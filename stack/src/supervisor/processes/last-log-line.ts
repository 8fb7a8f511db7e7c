import { readFileSync } from 'node:fs';
import { isObject, jsonObject, printable, valueText } from '../../text/printable.ts';

/** The last line of a log that says something, for the sentence that tells why a process did not start. */
export function lastLogLine(file: string): string {
  return lastLogLineOf(readFileSync(file, 'utf8'));
}

export function lastLogLineOf(log: string): string {
  const lines = log.trimEnd().split('\n').slice(-40);
  const telling = lines.filter((line) => /error|fatal|fail|cannot|could not/i.test(line)).at(-1);
  return readable(telling ?? lines.at(-1) ?? '').slice(0, 300);
}

function readable(line: string): string {
  const entry = jsonObject(line);
  if (!entry) return printable(line.trim());
  const { msg, err } = entry;
  return [msg, isObject(err) ? err.message : err].map(valueText).filter(Boolean).join(': ');
}
