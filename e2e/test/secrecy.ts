import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '@repo/testing';
import { system } from './whole-system.ts';

export function traceIdOf({ headers }: Answer): string {
  return headers.get('traceparent')?.split('-')[1] ?? '';
}

/** The logs of all processes, of which one must contain a trace. */
export async function readLogs(traceId: string): Promise<string[]> {
  const folder = join(system.dir, 'logs');
  const files = (await readdir(folder)).map((file) => join(folder, file));
  const logs = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  assert.ok(
    logs.some((log) => log.includes(traceId)),
    'the logs are those of this trace',
  );
  return logs;
}
