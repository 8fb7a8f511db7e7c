import { readRunning } from '../control/running.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import type { System } from './start-system.ts';

/**
 * The system that TENFOLD_RUNNING_FILE describes. It runs in containers or on a cluster: it can be used, but its processes
 * cannot be controlled.
 */
export function systemElsewhere(): System {
  const cannot = () => {
    throw new Error(
      'This system runs in containers or on a cluster: the stack cannot control its processes.',
    );
  };
  const dir = stateFolder();
  const [running, stop] = [readRunning(dir), async () => {}];
  return { dir, running, control: cannot, addReplica: cannot, pidOf: cannot, spans: cannot, stop };
}
