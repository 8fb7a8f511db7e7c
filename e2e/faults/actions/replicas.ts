import { type ServiceName, serviceNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';
import { restart, resumeAll } from './processes.ts';

/** Adds a second replica of every service, and ends them again with SIGTERM, while all of them work. */
export async function joinAndLeave(rig: Rig): Promise<void> {
  await addReplicas(rig);
  await hold(2_000);
  await removeReplicas(rig);
}

/** As in a deployment, restarts each of two replicas of every service in its turn, while the other one works. */
export async function rollAll(rig: Rig): Promise<void> {
  await addReplicas(rig);
  for (const name of [...serviceNames, ...rig.replicas.keys()]) await restart(rig, name);
  await removeReplicas(rig);
}

/**
 * With two replicas of order and of inventory, pauses each leading relay when it has read events and not yet published
 * them. Resumes it when the other relay has led for a while.
 */
export async function pauseLeaders(rig: Rig): Promise<void> {
  await addReplicas(rig);
  for (const service of ['order', 'inventory']) {
    const point = 'after-commit-before-publish';
    rig.note(`the leader of ${service} is paused ${point}`);
    rig.turnOn(service, point, 'SIGSTOP');
    await eventually(() => !rig.switchesOn().includes(`${service}.${point}`), {
      what: `a leader of ${service}`,
    });
  }
  await hold(6_000);
  await resumeAll(rig);
  rig.note('the leaders resume');
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
  note('the second replicas are stopped');
  const leaving = [...replicas];
  replicas.clear();
  await Promise.all(leaving.map(([name]) => system.control('stop', name)));
  for (const [name, url] of leaving) spares.set(name, url);
}
