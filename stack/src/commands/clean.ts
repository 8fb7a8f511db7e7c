import { existsSync } from 'node:fs';
import { command } from '../cli/command.ts';
import { removeState, stateFolder } from '../supervisor/state-folder.ts';

const usage = `
npm run clean

Removes the folder of all state: databases, topics, logs, the data of stand-ins. Refuses while the system runs, and for
a folder that Tenfold has not created. Downloads are kept, and so are the data on servers that POSTGRES_URL, REDIS_URL
and KAFKA_BROKERS name.
`;

await command(usage, {}, async () => {
  const dir = stateFolder();
  if (!existsSync(dir)) {
    console.log(`there is no folder ${dir}`);
    return 0;
  }
  const left = await removeState(dir);
  console.log(left.length === 0 ? `removed ${dir}` : `emptied ${dir}, except for ${left.join(', ')}`);
  return 0;
});
