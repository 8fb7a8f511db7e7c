import { existsSync, rmSync } from 'node:fs';
import { command } from '../command.ts';
import { stateFolder, takeFolder } from '../folder.ts';

const usage = `
npm run clean

Removes the folder of all state: databases, topics, logs, the ledger of the payment provider. Refuses while the
system runs. What was downloaded is kept.
`;

await command(usage, {}, async () => {
  const dir = stateFolder();
  if (!existsSync(dir)) {
    console.log(`there is nothing at ${dir}`);
    return 0;
  }
  const folder = await takeFolder(dir);
  rmSync(dir, { recursive: true, force: true });
  folder.release();
  console.log(`removed ${dir}`);
  return 0;
});
