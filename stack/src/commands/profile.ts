import { relative } from 'node:path';
import { command, wrongUse } from '../cli/command.ts';
import { readRunning } from '../control/running.ts';
import { Failure } from '../failure.ts';
import { inspectorAt, type OpenedInspector, openInspector } from '../profile/open-inspector.ts';
import { openProfileFiles } from '../profile/profile-files.ts';
import { profileCpu, profileHeap } from '../profile/profile-process.ts';
import { interruption } from '../supervisor/interruption.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { isService, type ServiceName, serviceNames } from '../topology.ts';

const usage = `
npm run profile -- SERVICE [--seconds 20] [--heap]
npm run profile -- --inspector HOST:PORT [--seconds 20] [--heap]

Records what a running service does, without a restart: its functions and lines with the most processor time, the stalls
of its event loop, and a flame graph, as a page and as a .cpuprofile. Make load meanwhile in another terminal, such as
npm run load -- smoke. Ctrl-C ends the recording early.

  SERVICE       ${serviceNames.join(', ')}
  --seconds     how long it records (20)
  --heap        records the memory instead: which functions allocated what is still in use, as a page and a .heapprofile,
                and a .heapsnapshot, which stops the service while it is written and holds every string of its memory
  --inspector   the open inspector of any other Node process
`;

const options = {
  seconds: { type: 'string', default: '20' },
  heap: { type: 'boolean', default: false },
  inspector: { type: 'string' },
} as const;

const ENDS_WITHIN_MS = 2_000;

await command(usage, options, async ({ values, positionals: [service = '', ...rest] }) => {
  const { heap, inspector: place } = values;
  if (rest.length > 0) throw wrongUse(usage, `Unknown argument "${rest[0]}".`);
  if (place && service) throw wrongUse(usage, 'Name a service or an inspector, not both.');
  if (!place && !isService(service))
    throw wrongUse(usage, service ? `There is no service "${service}".` : 'A service is missing.');
  const seconds = Number(values.seconds);
  if (!/^\d+$/.test(values.seconds) || seconds < 1 || seconds > 600)
    throw wrongUse(usage, '--seconds is a whole number from 1 to 600.');
  const dir = stateFolder();
  const name = place ? 'process' : service;
  // From here on Ctrl-C ends the recording, and never this process with an inspector left open.
  const signal = interruption();
  const opened = place ? await inspectorAt(place) : await open(dir, service as ServiceName);
  return record(opened, { dir, name, seconds, heap, signal });
});

async function open(dir: string, service: ServiceName): Promise<OpenedInspector> {
  const { pid } = readRunning(dir).services[service];
  if (!pid)
    throw new Failure(
      `${service} is not a process of npm start, or it is down: npm run stack -- status shows it.`,
    );
  return openInspector({ name: service, pid, log: `${dir}/logs/${service}.log` });
}

async function record(
  { inspector, release }: OpenedInspector,
  { dir, heap, ...about }: { dir: string; name: string; seconds: number; heap: boolean; signal: AbortSignal },
): Promise<number> {
  try {
    console.log(`recording ${about.name} for ${about.seconds} s`);
    const files = openProfileFiles(dir, about.name);
    const profile = heap ? profileHeap : profileCpu;
    const { lines, written } = await profile(inspector, { ...about, files });
    for (const line of lines) console.log(line);
    console.log(`\n${written.map((file) => relative(process.cwd(), file)).join('\n')}`);
    return 0;
  } finally {
    await release();
    // A process that is paused does not answer the end of the connection, which would keep this one alive. An unreferenced
    // timer runs only while something else does.
    setTimeout(() => process.exit(), ENDS_WITHIN_MS).unref();
  }
}
