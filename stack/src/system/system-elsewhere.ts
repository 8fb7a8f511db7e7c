import { readRunning } from '../control/running.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import type { System } from './start-system.ts';

/**
 * The system that TENFOLD_RUNNING_FILE speaks of: it runs in containers or on a cluster, and can be used and looked into,
 * and nothing else.
 */
export function systemElsewhere(): System {
  const cannot = () => {
    throw new Error('This system runs elsewhere: its processes are not ours to see or to control.');
  };
  const dir = stateFolder();
  const [running, stop] = [readRunning(dir), async () => {}];
  return { dir, running, control: cannot, addReplica: cannot, pidOf: cannot, spans: cannot, stop };
}
