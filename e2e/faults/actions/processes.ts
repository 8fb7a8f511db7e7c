import { serviceNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { hold } from '../rig/hold.ts';
import { type Rig, waitForRestart } from '../rig/rig.ts';

/** Kills processes as the kernel does when memory runs out. The supervisor starts them again. */
export async function kill(rig: Rig, ...names: string[]): Promise<void> {
  const before = names.map((name) => rig.system.pidOf(name));
  rig.note(`kill -9 ${names.join(' and ')}`);
  for (const [index, pid] of before.entries()) {
    if (pid === null) throw new Error(`${names[index]} does not run, and cannot be killed.`);
    process.kill(pid, 'SIGKILL');
  }
  await Promise.all(names.map((name, index) => waitForRestart(rig, name, before[index] ?? null)));
}

/** Pauses processes in the middle of their work, and resumes them. */
export async function pause(rig: Rig, ms: number, ...names: string[]): Promise<void> {
  rig.note(`${names.join(' and ')} paused for ${ms} ms`);
  for (const name of names) {
    await rig.system.control('pause', name);
    rig.paused.add(name);
  }
  await hold(ms);
  for (const name of names) await resume(rig, name);
}

/** Resumes every paused process, also one that paused itself. */
export async function resumeAll(rig: Rig): Promise<void> {
  const running = [...serviceNames, ...rig.replicas.keys()].filter((name) => rig.system.pidOf(name) !== null);
  for (const name of new Set([...rig.paused, ...running])) await resume(rig, name);
}

async function resume(rig: Rig, name: string): Promise<void> {
  await rig.system.control('resume', name);
  rig.paused.delete(name);
}

/** Stops a process in good order, and starts it again later. */
export async function stopFor(rig: Rig, ms: number, name: string): Promise<void> {
  rig.note(`${name} stopped for ${ms} ms`);
  await stop(rig, name);
  await hold(ms);
  await start(rig, name);
}

async function stop(rig: Rig, name: string): Promise<void> {
  rig.stopped.add(name);
  await rig.system.control('stop', name);
}

export async function start(rig: Rig, name: string): Promise<void> {
  await rig.system.control('start', name);
  rig.stopped.delete(name);
}

/** Ends a process with SIGTERM while it works, and starts it again, as a deployment does. */
export async function restart(rig: Rig, name: string): Promise<void> {
  rig.note(`${name} restarted`);
  await restartQuietly(rig, name);
}

export async function restartQuietly(rig: Rig, name: string): Promise<void> {
  await stop(rig, name);
  await start(rig, name);
}

/** Lets a service die at a crash point, and waits until it is back. A crash point that is not reached fails the run. */
export async function crashAt(rig: Rig, service: string, point: string): Promise<void> {
  const before = rig.system.pidOf(service);
  rig.note(`${service} dies ${point}`);
  rig.turnOn(service, point, 'SIGKILL');
  await eventually(() => !rig.switchesOn().includes(`${service}.${point}`), {
    timeoutMs: 30_000,
    what: `${service} to reach ${point}`,
  });
  await waitForRestart(rig, service, before);
}
