import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { command, wrongUse } from '../cli/command.ts';
import { Failure } from '../failure.ts';
import { interruption } from '../supervisor/interruption.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { readableLine, type Timed } from '../text/log-lines.ts';
import { openTail } from '../text/tail.ts';
import { serviceNames } from '../topology.ts';

const usage = `
npm run logs -- [NAME ...] [--follow] [--trace TRACE_ID]

Prints the logs of the services, in the order of time: time, level, service, message and facts.

  NAME       one or more of the system's processes, servers included; without it, all services
  --follow   continues with new lines, until Ctrl-C
  --trace    only the lines of this trace
`;

const options = { follow: { type: 'boolean' }, trace: { type: 'string' } } as const;

await command(usage, options, async ({ values: { follow, trace = '' }, positionals }) => {
  const folder = join(stateFolder(), 'logs');
  if (!existsSync(folder))
    throw new Failure(`There are no logs in ${folder} yet: start the system with npm start.`);
  const known = readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .map((file) => basename(file, '.log'));
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown) throw wrongUse(usage, `There is no log of "${unknown}"; there are ${known.join(', ')}.`);
  const names = positionals.length > 0 ? positionals : serviceNames.filter((name) => known.includes(name));
  const tails = names.map((name) =>
    openTail(join(folder, `${name}.log`), (line) => (line.includes(trace) ? [readableLine(name, line)] : [])),
  );
  const show = () => {
    const lines = tails.flatMap((tail) => tail.read().flat()).toSorted(byTime);
    for (const { text } of lines) console.log(text);
  };
  show();
  if (follow) await untilInterrupted(show);
  return 0;
});

function byTime(a: Timed, b: Timed): number {
  return a.time - b.time;
}

function untilInterrupted(show: () => void): Promise<void> {
  const signal = interruption();
  return new Promise((resolve) => {
    const timer = setInterval(show, 200);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      resolve();
    });
  });
}
