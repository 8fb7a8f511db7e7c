import { once } from 'node:events';
import { command, wrongUse } from '../cli/command.ts';
import { interruption } from '../supervisor/interruption.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { startSystem } from '../system/start-system.ts';
import { isService, serviceNames } from '../topology.ts';

const usage = `
npm run dev -- SERVICE

Starts the whole system with this one service restarted on every save, and its inspector open for a debugger
(chrome://inspect, or your editor's "attach"). It runs until Ctrl-C.

  SERVICE   ${serviceNames.join(', ')}
`;

await command(usage, {}, async ({ positionals: [name = ''] }) => {
  if (!isService(name))
    throw wrongUse(usage, name ? `There is no service "${name}".` : 'A service is missing.');
  const signal = interruption();
  const interrupted = once(signal, 'abort');
  try {
    const system = await startSystem({ dir: stateFolder(), print: console.log, dev: name, signal });
    console.log(`\n${name} listens at ${system.running.services[name].url}, its inspector at 127.0.0.1:9229`);
    console.log(`it restarts when you save a file; npm run logs -- ${name} --follow shows its log`);
    await interrupted;
    await system.stop();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return 0;
});
