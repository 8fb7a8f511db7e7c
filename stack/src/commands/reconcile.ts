import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { command, wrongUse } from '../command.ts';
import { stateFolder } from '../folder.ts';
import { printable, shortened } from '../printable.ts';
import { repository } from '../project.ts';
import { readRunning } from '../running.ts';
import { databaseAddress } from '../service-address.ts';
import type { ServiceName } from '../topology.ts';

const usage = `
npm run reconcile [-- --settle-seconds 60] [--apply]

Compares every order of the running system with its payment, with the payment provider's ledger and with its stock, and
prints each difference. Ends with status 1 where there are some, and with 2 where it cannot tell.

  --settle-seconds N  for how long after its last change an order counts as not settled yet, and is not compared (60)
  --apply             heals, one by one, what can be healed without a decision of yours: a service learns what it has
                      missed; each leaves a row in the table reconcile_actions. Status 1 where differences are left
`;

const options = {
  'settle-seconds': { type: 'string', default: '60' },
  apply: { type: 'boolean', default: false },
} as const;

await command(usage, options, async ({ values, positionals }) => {
  if (positionals.length > 0) throw wrongUse(usage, `What is "${positionals[0]}"?`);
  const settleSeconds = values['settle-seconds'];
  if (!/^\d{1,6}(\.\d+)?$/.test(settleSeconds))
    throw wrongUse(usage, `--settle-seconds takes a number, not "${settleSeconds}".`);
  const settle = ['--settle-seconds', settleSeconds];
  const args = [...settle, ...(values.apply ? ['--apply-as', userInfo().username] : [])];
  const PAYMENT_PROVIDER_URL = readRunning(stateFolder()).external['payment-provider'].url;

  const orders = run('order', settle);
  const comparisons = [run('payment', args, { PAYMENT_PROVIDER_URL }), run('inventory', args)];
  say(orders.stderr, console.error);
  for (const { stdin, stdout, stderr } of comparisons) {
    // One that gives up reads no more, and says why.
    stdin.on('error', () => {});
    orders.stdout.pipe(stdin);
    say(stdout, console.log);
    say(stderr, console.error);
  }
  const statuses = await Promise.all(comparisons.map(statusOf));
  // If both gave up, nobody reads what it still has to say.
  orders.kill();
  if (statuses.every((status) => status === 0)) console.log('The books agree.');
  return Math.max(...statuses);
});

/** Each service compares in a process of its own, in its own database. */
function run(service: ServiceName, args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, ['src/reconcile.ts', ...args], {
    cwd: join(repository, 'services', service),
    env: { ...process.env, ...env, DATABASE_URL: databaseAddress(stateFolder(), service) },
    stdio: 'pipe',
  });
}

/** A difference names what stands in the provider's ledger, which may be anything. */
function say(lines: Readable, print: (line: string) => void): void {
  createInterface(lines).on('line', (line) => print(shortened(printable(line))));
}

async function statusOf(child: ChildProcess): Promise<number> {
  const [status] = await once(child, 'close');
  return status ?? 2;
}
