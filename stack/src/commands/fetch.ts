import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../cli/command.ts';
import { fetchForServers } from '../servers/fetch.ts';
import { interruption } from '../supervisor/interruption.ts';
import { cacheFolder, stateFolder } from '../supervisor/state-folder.ts';

const usage = `
npm run fetch

Downloads the programs that the servers need and this machine does not have, and starts nothing. npm start does so too.
`;

// run.mjs runs this while the dependencies are being installed, so it must import none of them.
await command(usage, {}, async () => {
  const logs = join(stateFolder(), 'logs');
  mkdirSync(logs, { recursive: true });
  const places = { cache: cacheFolder(), log: join(logs, 'fetch.log') };
  await fetchForServers(process.env, { ...places, print: console.log, signal: interruption() });
  return 0;
});
