import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { command, wrongUse } from '../cli/command.ts';
import { scriptOf, servicesWith } from '../cli/service-script.ts';

const SCRIPT = 'retry-refused.ts';

const usage = `
npm run retry-refused

Makes every call of ${servicesWith(SCRIPT).join(', ')} due now that the other system has refused, and prints how many there are. They would
be retried without it, after waits of up to an hour.
`;

await command(usage, {}, async ({ positionals }) => {
  if (positionals.length > 0) throw wrongUse(usage, 'This command takes no arguments.');
  const statuses: number[] = [];
  for (const service of servicesWith(SCRIPT)) {
    const { command, options } = scriptOf(service, SCRIPT);
    const child = spawn(process.execPath, [command], { ...options, stdio: 'inherit' });
    const [status] = await once(child, 'close');
    statuses.push(status ?? 1);
  }
  return Math.max(0, ...statuses);
});
