import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const scenarios = resolve(import.meta.dirname, '../..');

/** The part of Artillery's report that is read here. */
export interface Report {
  aggregate: { counters: Record<string, number>; rates: Record<string, number> };
}

export interface Test {
  /** The folder of Artillery. */
  artillery: string;
  scenario: string;
  target: string;
  /** Environment variables for the scenario's files (`$env`) and for the processor. */
  variables: Record<string, string>;
  /** The file of Artillery's report. */
  output: string;
  /** Whether Artillery prints its figures continuously. */
  isVerbose: boolean;
  /** Whether it may use a proxy: not for this machine. */
  usesProxy: boolean;
  signal: AbortSignal;
}

/** Runs Artillery. Its exit status is 1 if a threshold was missed. */
export async function runArtillery(test: Test): Promise<{ status: number; report: Report | undefined }> {
  const { artillery, scenario, target, output, isVerbose, signal } = test;
  const program = join(artillery, 'node_modules/artillery/bin/run');
  const child = spawn(
    process.execPath,
    [
      ...[
        program,
        'run',
        '--config',
        join(scenarios, `${scenario}.yml`),
        '--target',
        target,
        '--output',
        output,
      ],
      ...(isVerbose ? [] : ['--quiet']),
      join(scenarios, 'customers.yml'),
    ],
    { cwd: scenarios, env: environment(test), signal, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [status] = (await once(child, 'close')) as [number | null];
  const report = existsSync(output) ? (JSON.parse(readFileSync(output, 'utf8')) as Report) : undefined;
  return { status: status ?? 1, report };
}

/** Without variables that would make it call anything but the target: its telemetry, its cloud, a proxy. */
function environment({ variables, usesProxy }: Test): NodeJS.ProcessEnv {
  const unwanted = usesProxy ? /^ARTILLERY_/ : /^(ARTILLERY_.*|https?_proxy)$/i;
  const inherited = Object.entries(process.env).filter(([name]) => !unwanted.test(name));
  return { ...Object.fromEntries(inherited), ARTILLERY_DISABLE_TELEMETRY: 'true', ...variables };
}
