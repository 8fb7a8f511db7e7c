import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { command, wrongUse } from '../command.ts';
import { stateFolder } from '../folder.ts';
import { repository } from '../project.ts';
import { databaseAddress } from '../service-address.ts';

const usage = `
npm run retry-refused

Makes every capture and refund due now that the payment provider has refused, and says how many there are. They would be
sent again by themselves, after waits of up to an hour.
`;

await command(usage, {}, async ({ positionals }) => {
  if (positionals.length > 0) throw wrongUse(usage, 'This command takes no arguments.');
  const child = spawn(process.execPath, ['src/retry-refused.ts'], {
    cwd: join(repository, 'services', 'payment'),
    env: { ...process.env, DATABASE_URL: databaseAddress(stateFolder(), 'payment') },
    stdio: 'inherit',
  });
  const [status] = await once(child, 'close');
  return status ?? 1;
});
