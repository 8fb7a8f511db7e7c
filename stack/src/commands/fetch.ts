import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../cli/command.ts';
import { fetchForServers } from '../servers/fetch.ts';
import { interruption } from '../supervisor/interruption.ts';
import { cacheFolder, stateFolder } from '../supervisor/state-folder.ts';

const usage = `
npm run fetch

Fetches what the servers need and this machine does not have, without starting anything. npm start does so by itself.
`;

// run.mjs runs this while the dependencies are still being installed, so it must need none of them.
await command(usage, {}, async () => {
  const logs = join(stateFolder(), 'logs');
  mkdirSync(logs, { recursive: true });
  const places = { cache: cacheFolder(), log: join(logs, 'fetch.log') };
  await fetchForServers(process.env, { ...places, print: console.log, signal: interruption() });
  return 0;
});
