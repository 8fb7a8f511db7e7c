import { kill, pause, restart } from '../actions/processes.ts';
import { joinAndLeave, pauseLeaders, rollAll } from '../actions/replicas.ts';
import { reduceReplicas } from '../actions/stuck-topics.ts';
import { hold } from '../rig/hold.ts';
import { type Scenario, scenario } from './scenario.ts';

export const replicas: Scenario[] = [
  scenario('replicas', 'every service gets a second replica, which is stopped again', joinAndLeave),
  scenario('replicas', 'each of two replicas of every service is restarted in its turn', rollAll),
  scenario(
    'replicas',
    'a leader is paused while it publishes, and resumes when another relay leads',
    pauseLeaders,
    { needs: ['order', 'inventory'] },
  ),
  scenario(
    'replicas',
    'order and inventory are restarted at once',
    async (rig) => {
      await Promise.all([restart(rig, 'order'), restart(rig, 'inventory')]);
    },
    { needs: ['order', 'inventory'] },
  ),
];

const BROKERS = ['kafka', 'kafka-2', 'kafka-3'];

export const brokers: Scenario[] = [
  scenario(
    'brokers',
    'one partition has too few replicas',
    (rig) => reduceReplicas(rig, rig.random.between(0, 5)),
    { brokers: 3, needs: ['order'] },
  ),
  scenario('brokers', 'one of three brokers is killed', (rig) => kill(rig, 'kafka-2'), { brokers: 3 }),
  scenario(
    'brokers',
    'two of three brokers are killed, one after the other',
    async (rig) => {
      const [first = '', second = ''] = rig.random.shuffle(BROKERS);
      await kill(rig, first);
      await hold(2_000);
      await kill(rig, second);
    },
    { brokers: 3 },
  ),
  scenario(
    'brokers',
    'two brokers are behind, and the third is lost with the records that it alone has',
    async (rig) => {
      const [lost = '', ...behind] = rig.random.shuffle(BROKERS);
      const caughtUp = pause(rig, 1_500, ...behind);
      await hold(1_200);
      const pid = rig.system.pidOf(lost);
      rig.note(`kill -9 ${lost}`);
      if (pid) process.kill(pid, 'SIGKILL');
      await caughtUp;
    },
    { brokers: 3 },
  ),
];
