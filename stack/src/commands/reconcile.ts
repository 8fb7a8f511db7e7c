import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { command, wrongUse } from '../command.ts';
import { repository, stateFolder } from '../folder.ts';
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
    stdio: 'inherit',
  });
  const [status] = await once(child, 'exit');
  return status ?? 1;
});
