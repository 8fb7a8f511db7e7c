import { once } from 'node:events';
import { command } from './command.ts';
import { farewell } from './demo/farewell.ts';
import { runDemo } from './demo/run-demo.ts';
import { stateFolder } from './folder.ts';
import { interruption } from './interruption.ts';
import { startSystem } from './start-system.ts';
import { watchAlarms } from './watch-alarms.ts';

const usage = `
npm start [-- --exit]

Starts the whole system on this machine and shows orders on their way through it. It stays until Ctrl-C, and says
when something of it dies, comes back, or raises an alarm.

  --exit   ends after the demo, with status 0 if every order ended as it should
`;

await command(usage, { exit: { type: 'boolean' } }, async ({ values }) => {
  const signal = interruption();
  const interrupted = once(signal, 'abort').then(() => 'interrupted' as const);
  const [dir, since] = [stateFolder(), Date.now()];
  try {
    const system = await startSystem({ dir, say: console.log, signal });
    const unwatch = watchAlarms({ dir, since, say: console.log });
    try {
      const demo = runDemo(system, {
        say: console.log,
        signal,
        tracesAreHere: !process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
        ...(!values.exit && { farewell: (order) => farewell(system.running, order, process.env) }),
      });
      const outcome = await Promise.race([demo, interrupted]);
      if (!values.exit) await interrupted;
      return statusOf(outcome);
    } finally {
      unwatch();
      await system.stop();
      // A demo that was interrupted may still wait for something that is gone now, and would keep this process.
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
