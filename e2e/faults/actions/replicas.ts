import { eventually } from '@repo/testing';
import { hold } from '../rig/hold.ts';
import { type Rig, type ServiceName, serviceNames } from '../rig/rig.ts';
import { restart, resumeAll } from './actions.ts';

/** Brings a second replica of every service, and ends them again with SIGTERM, while everybody works. */
export async function joinAndLeave(rig: Rig): Promise<void> {
  await addReplicas(rig);
  await hold(2_000);
  await removeReplicas(rig);
}

/** A deployment: of two replicas of every service each is restarted in its turn, the other one goes on. */
export async function rollAll(rig: Rig): Promise<void> {
  await addReplicas(rig);
  for (const name of [...serviceNames, ...rig.replicas.keys()]) await restart(rig, name);
  await removeReplicas(rig);
}

/**
 * With two replicas of inventory and of order, stops the one that leads when it has events in its hands; wakes it up when
 * the other has led for a while.
 */
export async function stopTheLeader(rig: Rig): Promise<void> {
  await addReplicas(rig);
  for (const service of ['order', 'inventory'] as const) {
    const point = 'after-commit-before-publish';
    rig.note(`the leader of ${service} is stopped ${point}`);
    rig.turnOn(service, point, 'SIGSTOP');
    await eventually(() => !rig.switchesOn().includes(`${service}.${point}`), {
      what: `a leader of ${service}`,
    });
  }
  await hold(6_000);
  await resumeAll(rig);
  rig.note('the leaders wake up');
  await hold(1_000);
  await removeReplicas(rig);
}

async function addReplicas(rig: Rig): Promise<void> {
  rig.note('a second replica of every service');
  await Promise.all(serviceNames.map((service) => addReplica(rig, service)));
}

async function addReplica({ system, spares, replicas }: Rig, service: ServiceName): Promise<void> {
  const spare = [...spares].find(([name]) => name.startsWith(`${service}-`));
  if (spare) {
    await system.control('start', spare[0]);
    spares.delete(spare[0]);
    replicas.set(...spare);
    return;
  }
  const { name, url } = await system.addReplica(service);
  replicas.set(name, url);
}

async function removeReplicas({ system, spares, replicas, note }: Rig): Promise<void> {
  note('the second replicas leave');
  const leaving = [...replicas];
  replicas.clear();
  await Promise.all(leaving.map(([name]) => system.control('stop', name)));
  for (const [name, url] of leaving) spares.set(name, url);
}
