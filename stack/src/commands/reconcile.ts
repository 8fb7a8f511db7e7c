import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { command, wrongUse } from '../command.ts';
import { repository, stateFolder } from '../folder.ts';
import { printable, shortened } from '../printable.ts';
import { readRunning } from '../running.ts';
import { databaseAddress } from '../service-address.ts';

const usage = `
npm run reconcile

Compares the payment provider's ledger with the payments of the running system, and names every difference. Ends with
status 1 where there are some. A payment that is on its way may differ for a moment.
`;

await command(usage, {}, async ({ positionals }) => {
  if (positionals.length > 0) throw wrongUse(usage, 'This command takes no arguments.');
  const dir = stateFolder();
  const child = spawn(process.execPath, ['src/reconcile.ts'], {
    cwd: join(repository, 'services', 'payment'),
    env: {
      ...process.env,
      DATABASE_URL: databaseAddress(dir, 'payment'),
      PAYMENT_PROVIDER_URL: readRunning(dir).external['payment-provider'].url,
    },
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  // A difference names what stands in the provider's ledger, which may be anything.
  createInterface(child.stdout).on('line', (line) => console.log(shortened(printable(line))));
  createInterface(child.stderr).on('line', (line) => console.error(shortened(printable(line))));
  const [status] = await once(child, 'close');
  return status ?? 1;
});
