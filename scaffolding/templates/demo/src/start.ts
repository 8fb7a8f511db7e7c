import { once } from 'node:events';
import { command, interruption, startSystem, stateFolder, watchAlarms } from '@repo/stack';
import { nextSteps } from './next-steps.ts';

const usage = `
npm start [-- --exit]

Starts the whole system on this machine. It runs until Ctrl-C, and reports processes that die or restart, and alarms.

  --exit   ends once the system has started, with status 0
`;

await command(usage, { exit: { type: 'boolean' } }, async ({ values }) => {
  const signal = interruption();
  const interrupted = once(signal, 'abort');
  const [dir, since] = [stateFolder(), Date.now()];
  try {
    const system = await startSystem({ dir, print: console.log, signal });
    const unwatch = watchAlarms({ dir, since, print: console.log });
    try {
      for (const line of nextSteps(system.running)) console.log(line);
      if (!values.exit) await interrupted;
    } finally {
      unwatch();
      await system.stop();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return signal.aborted ? 130 : 0;
});
