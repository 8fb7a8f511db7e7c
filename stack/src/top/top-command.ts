import { command, wrongUse } from '../cli/command.ts';
import { isSystemRunning } from '../control/running.ts';
import { reasonOf } from '../failure.ts';
import { interruption } from '../supervisor/interruption.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { jsonLine } from '../text/printable.ts';
import { frame } from './frame.ts';
import type { Panel } from './panel.ts';
import { readSample } from './read-sample.ts';
import { refresh } from './refresh.ts';
import { report } from './report.ts';
import { openScreen } from './screen.ts';

const usage = `
npm run top [-- --once [--json]]

Shows the figures of the running system, new each second; q or Ctrl-C ends it. A value beyond its objective is red and
has a mark. A dash is a value that is not known. When the output is no terminal, it prints once.

  --once   prints them once
  --json   as JSON on one line; docs/top.md has the names
`;

const options = {
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** Runs the command with these panels; those in one array stand side by side. */
export function topCommand(layout: Panel[][]): Promise<void> {
  return command(usage, options, async ({ values: { once, json }, positionals }) => {
    if (positionals.length > 0) throw wrongUse(usage, `Unknown argument "${positionals[0]}".`);
    if (json && !once) throw wrongUse(usage, '--json needs --once.');
    if (process.stdout.isTTY && !once) return showUntilQuit(layout, stateFolder());
    const { sample, notes } = await readSample(stateFolder());
    const lines = json ? [jsonLine(report(layout, sample))] : frame(layout, sample, notes);
    for (const line of lines) console.log(line);
    return 0;
  });
}

type Shown = Awaited<ReturnType<typeof readSample>>;

async function showUntilQuit(layout: Panel[][], dir: string): Promise<number> {
  const quit = new AbortController();
  const signal = AbortSignal.any([quit.signal, interruption()]);
  // Before the terminal is taken over: a failure is printed as that of any other command.
  const first = await readSample(dir);
  const screen = openScreen(process.stdin, process.stdout, () => quit.abort());
  try {
    await refresh(first, {
      signal,
      show: ({ sample, notes }) => screen.show(frame(layout, sample, notes)),
      read: (latest) => readOr(latest, dir),
    });
  } finally {
    screen.close();
  }
  return 0;
}

/** The figures, or those of before while the system runs and does not answer. */
async function readOr({ sample }: Shown, dir: string): Promise<Shown> {
  try {
    return await readSample(dir);
  } catch (error) {
    if (!isSystemRunning(dir)) throw error;
    return { sample, notes: [`${reasonOf(error)} These are the figures of before.`] };
  }
}
