import { once } from 'node:events';
import { command, interruption, sentElsewhere, startSystem, stateFolder, watchAlarms } from '@repo/stack';
import { nextSteps } from './next-steps.ts';
import { runDemo } from './run-demo.ts';

const usage = `
npm start [-- --exit]

Starts the whole system on this machine and shows what happens to five orders. It runs until Ctrl-C, and reports
processes that die or restart, and alarms.

  --exit   ends after the demo, with status 0 if every order ended as expected
`;

await command(usage, { exit: { type: 'boolean' } }, async ({ values }) => {
  const signal = interruption();
  const interrupted = once(signal, 'abort').then(() => 'interrupted' as const);
  const [dir, since] = [stateFolder(), Date.now()];
  try {
    const system = await startSystem({ dir, print: console.log, signal });
    const unwatch = watchAlarms({ dir, since, print: console.log });
    try {
      const demo = runDemo(system, {
        print: console.log,
        signal,
        tracesAreHere: sentElsewhere(process.env).traces === null,
        ...(!values.exit && { nextSteps: (order) => nextSteps(system.running, order, process.env) }),
      });
      const outcome = await Promise.race([demo, interrupted]);
      if (!values.exit) await interrupted;
      return statusOf(outcome);
    } finally {
      unwatch();
      await system.stop();
      // An interrupted demo may still wait for a server that is gone, and would keep this process alive.
      setTimeout(() => process.exit(), 300).unref();
    }
  } catch (error) {
    if (signal.aborted) return statusOf('interrupted');
    throw error;
  }
});

function statusOf(outcome: boolean | 'interrupted'): number {
  if (outcome === 'interrupted') return 130;
  return outcome ? 0 : 1;
}
