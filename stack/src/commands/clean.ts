import { existsSync } from 'node:fs';
import { command } from '../cli/command.ts';
import { removeState, stateFolder } from '../supervisor/state-folder.ts';

const usage = `
npm run clean

Removes the folder of all state: databases, topics, logs, the ledger of the payment provider. Refuses while the
system runs, and for a folder that Tenfold has not made. What was downloaded is kept, and so is what stands on servers
that POSTGRES_URL, REDIS_URL and KAFKA_BROKERS name.
`;

await command(usage, {}, async () => {
  const dir = stateFolder();
  if (!existsSync(dir)) {
    console.log(`there is nothing at ${dir}`);
    return 0;
  }
  const left = await removeState(dir);
  console.log(left.length === 0 ? `removed ${dir}` : `emptied ${dir}, but for ${left.join(', ')}`);
  return 0;
});
