import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { atTheEnd } from '@repo/testing';

export type Line = Record<string, unknown> & { msg: string; level: number };

/** Starts a process that exports telemetry, as services do. Its script has a logger `log`. */
export function startExporting(script: string, env: NodeJS.ProcessEnv) {
  const source = `
    import { createLogger, flushTelemetry, inSpan, observeProcess } from '@repo/observability';
    const log = createLogger('meter');
    ${script}`;
  const flags = ['--import', '@repo/observability/preload', '--input-type=module', '-e', source];
  const child = spawn(process.execPath, flags, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...env, OTEL_SERVICE_NAME: 'meter' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  atTheEnd(() => child.kill('SIGKILL') && exited);
  return {
    lines,
    /** Waits for the end of the process; returns its status. */
    end: async () => (await exited)[0] as number,
  };
}
