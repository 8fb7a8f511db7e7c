import { command, wrongUse } from '../cli/command.ts';
import { readStatuses } from '../cli/read-status.ts';
import { processTable, statusTable, unknownLines } from '../cli/status.ts';
import { askSupervisor } from '../control/ask-supervisor.ts';
import { verbs } from '../control/control-server.ts';
import type { ProcessStatus } from '../supervisor/processes/supervised-process.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { serviceNames, standInNames } from '../topology.ts';

const usage = `
npm run stack -- status
npm run stack -- stop|start|pause|resume NAME

Prints the status of every process of the running system and the backlog of each service; or stops, starts, pauses or
resumes a process. A stopped process stays down until it is started.

  NAME   ${[...serviceNames, ...standInNames].join(', ')},
         postgres, redis or kafka
`;

await command(usage, {}, async ({ positionals: [verb = '', name = '', ...rest] }) => {
  const extra = verb === 'status' ? [name, ...rest].filter(Boolean) : rest;
  if (extra.length > 0) throw wrongUse(usage, `Unknown argument "${extra[0]}".`);
  if (verb === 'status') return showStatus();
  if (!verb) throw wrongUse(usage, 'A command is missing.');
  if (!verbs.some((one) => one === verb))
    throw wrongUse(usage, `There is no "${verb}"; there are status, ${verbs.join(', ')}.`);
  if (!name) throw wrongUse(usage, 'The name of a process is missing.');
  const { message } = await askSupervisor<{ message: string }>(
    stateFolder(),
    'POST',
    `/v1/processes/${encodeURIComponent(name)}/${verb}`,
  );
  console.log(message);
  return 0;
});

async function showStatus(): Promise<number> {
  const { items } = await askSupervisor<{ items: ProcessStatus[] }>(stateFolder(), 'GET', '/v1/processes');
  console.log(processTable(items, Date.now()));
  const statuses = await readStatuses(stateFolder());
  console.log(`\n${statusTable(statuses)}`);
  for (const line of unknownLines(statuses)) console.log(line);
  // A request to a server that hangs would keep this process alive.
  setTimeout(() => process.exit(), 300).unref();
  return 0;
}
