import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { command, wrongUse } from '../cli/command.ts';
import { scriptOf } from '../cli/service-script.ts';
import { readRunning } from '../control/running.ts';
import { Failure } from '../failure.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { printable, shortened } from '../text/printable.ts';
import { type ServiceName, serviceNames, services, standInNames, standIns } from '../topology.ts';

const usage = `
npm run reconcile [-- --settle-seconds 60] [--apply]

Compares the data of services: ${listers().join(', ')} lists its records, and each of ${comparers().join(', ')} compares them with its
own data and with the system that it calls. Every difference is printed. The status is 1 where there are differences,
and 2 where a comparison failed.

  --settle-seconds N  a record is compared no earlier than N seconds after its last change (60)
  --apply             repairs the differences that need no decision of yours, one by one: a service catches up with
                      what it has missed; each leaves a row in the table reconcile_actions. Status 1 where some are left
`;

const options = {
  'settle-seconds': { type: 'string', default: '60' },
  apply: { type: 'boolean', default: false },
} as const;

await command(usage, options, async ({ values, positionals }) => {
  if (positionals.length > 0) throw wrongUse(usage, `Unknown argument "${positionals[0]}".`);
  const settleSeconds = values['settle-seconds'];
  if (!/^\d{1,6}(\.\d+)?$/.test(settleSeconds))
    throw wrongUse(usage, `--settle-seconds takes a number, not "${settleSeconds}".`);
  const settle = ['--settle-seconds', settleSeconds];
  const args = [...settle, ...(values.apply ? ['--apply-as', userInfo().username] : [])];
  const [lister] = listers();
  if (!lister) throw new Failure('No service lists records to compare.');

  const list = run(lister, settle);
  const comparisons = comparers().map((service) => run(service, args));
  print(list.stderr, console.error);
  for (const { stdin, stdout, stderr } of comparisons) {
    // A comparison that gives up reads no more, and prints why.
    stdin.on('error', () => {});
    list.stdout.pipe(stdin);
    print(stdout, console.log);
    print(stderr, console.error);
  }
  const statuses = await Promise.all(comparisons.map(statusOf));
  // If all gave up, no process reads the rest of the list.
  list.kill();
  if (statuses.every((status) => status === 0)) console.log('The books agree.');
  return Math.max(...statuses);
});

function listers(): ServiceName[] {
  return serviceNames.filter((name) => services[name].reconciles === 'lists');
}

function comparers(): ServiceName[] {
  return serviceNames.filter((name) => services[name].reconciles === 'compares');
}

/** Each service compares in a process of its own, in its own database. */
function run(service: ServiceName, args: string[]) {
  const { command, options } = scriptOf(service, 'reconcile.ts');
  const env = { ...options.env, ...standInUrls(service) };
  return spawn(process.execPath, [command, ...args], { ...options, env, stdio: 'pipe' });
}

/** The addresses of the stand-ins that a service needs over HTTP. */
function standInUrls(service: ServiceName): Record<string, string> {
  const { external } = readRunning(stateFolder());
  const urls = standInNames.flatMap((name) =>
    Object.entries(standIns[name].offers)
      .filter(([variable, [scheme]]) => scheme === 'http' && services[service].needs.includes(variable))
      .map(([variable]) => [variable, external[name].url]),
  );
  return Object.fromEntries(urls);
}

/** A difference quotes data of other systems, which may hold any characters. */
function print(lines: Readable, show: (line: string) => void): void {
  createInterface(lines).on('line', (line) => show(shortened(printable(line))));
}

async function statusOf(child: ChildProcess): Promise<number> {
  const [status] = await once(child, 'close');
  return status ?? 2;
}
