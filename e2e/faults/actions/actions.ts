import { eventually } from '@repo/testing';
import { isEvent } from '../../audit/topics.ts';
import { hold } from '../rig/hold.ts';
import { type Rig, type ServiceName, serviceNames, waitForRestart } from '../rig/rig.ts';

/** Kills a process as the kernel does when memory runs out; whoever supervises it starts it again. */
export async function kill(rig: Rig, ...names: string[]): Promise<void> {
  const before = names.map((name) => rig.system.pidOf(name));
  rig.note(`kill -9 ${names.join(' and ')}`);
  for (const [index, pid] of before.entries()) {
    if (pid === null) throw new Error(`${names[index]} was not there to be killed.`);
    process.kill(pid, 'SIGKILL');
  }
  await Promise.all(names.map((name, index) => waitForRestart(rig, name, before[index] ?? null)));
}

/** Stops processes in the middle of whatever they do, and lets them go on. */
export async function pause(rig: Rig, ms: number, ...names: string[]): Promise<void> {
  rig.note(`${names.join(' and ')} paused for ${ms} ms`);
  for (const name of names) {
    await rig.system.control('pause', name);
    rig.paused.add(name);
  }
  await hold(ms);
  for (const name of names) await resume(rig, name);
}

/** Lets everything go on that was stopped in the middle, by whomever. */
export async function resumeAll(rig: Rig): Promise<void> {
  const running = [...serviceNames, ...rig.replicas.keys()].filter((name) => rig.system.pidOf(name) !== null);
  for (const name of new Set([...rig.paused, ...running])) await resume(rig, name);
}

async function resume(rig: Rig, name: string): Promise<void> {
  await rig.system.control('resume', name);
  rig.paused.delete(name);
}

/** Takes a process away in good order, and brings it back later. */
export async function stopFor(rig: Rig, ms: number, name: string): Promise<void> {
  rig.note(`${name} away for ${ms} ms`);
  await stop(rig, name);
  await hold(ms);
  await start(rig, name);
}

async function stop(rig: Rig, name: string): Promise<void> {
  rig.stopped.add(name);
  await rig.system.control('stop', name);
}

async function start(rig: Rig, name: string): Promise<void> {
  await rig.system.control('start', name);
  rig.stopped.delete(name);
}

/** Ends a process with SIGTERM while it is at work, and starts it anew, as a deployment does. */
export async function restart(rig: Rig, name: string): Promise<void> {
  rig.note(`${name} restarted`);
  await stop(rig, name);
  await start(rig, name);
}

/** Lets a service die at a crash point, and come back. That it is never reached is a failure of the run. */
export async function dieAt(rig: Rig, service: ServiceName, point: string): Promise<void> {
  const before = rig.system.pidOf(service);
  rig.note(`${service} dies ${point}`);
  rig.turnOn(service, point, 'SIGKILL');
  await eventually(() => !rig.switchesOn().includes(`${service}.${point}`), {
    timeoutMs: 30_000,
    what: `${service} to come to ${point}`,
  });
  await waitForRestart(rig, service, before);
}

/** Does something to the way to a server, for a while. */
export async function disturb(
  rig: Rig,
  server: string,
  how: 'cut' | 'freeze' | 'reset' | { delayMs: number },
  ms: number,
): Promise<void> {
  const proxy = rig.proxies.get(server);
  if (!proxy) throw new Error(`There is no proxy in front of ${server}.`);
  rig.note(
    `the way to ${server}: ${typeof how === 'string' ? how : `${how.delayMs} ms of delay`} for ${ms} ms`,
  );
  if (typeof how === 'string') proxy[how]();
  else proxy.delay(how.delayMs);
  await hold(ms);
  await proxy.restore();
}

/** Makes the payment provider behave badly; what is left out is well. */
export async function degradeProvider(
  rig: Rig,
  behaviour: { latencyMs?: number; errorRate?: number; dropReplyRate?: number },
): Promise<void> {
  const url = `${rig.system.running.external['payment-provider'].url}/v1/behaviour`;
  const headers = { 'content-type': 'application/json' };
  await eventually(
    async () => (await fetch(url, { method: 'PUT', headers, body: JSON.stringify(behaviour) })).ok,
    {
      what: 'the payment provider to listen',
    },
  );
}

/** Sets a service's clock wrong for a while: it is restarted for that, twice. */
export async function skewClock(rig: Rig, service: ServiceName, byMs: number, ms: number): Promise<void> {
  rig.note(
    `the clock of ${service} ${byMs > 0 ? 'ahead' : 'behind'} by ${Math.abs(byMs) / 1_000} s for ${ms} ms`,
  );
  rig.turnOn(service, 'clock', String(byMs));
  await stop(rig, service);
  await start(rig, service);
  await hold(ms);
  rig.turnAllOff();
  await stop(rig, service);
  await start(rig, service);
}

/** Says again much of what has been said, in any order: as relays do that have died, and more. */
export async function republish(rig: Rig, times: number): Promise<void> {
  const { recording, publisher } = rig.auditor;
  rig.note(`${times} records said again`);
  const published = recording.records.filter(isEvent);
  const picks = Array.from({ length: times }, () => published[rig.random.between(0, published.length - 1)]);
  const records = picks.filter((record) => record !== undefined);
  for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic))
    await publisher.publish([
      { topic, records: ofTopic.map(({ key, value, headers }) => ({ key, value, headers })) },
    ]);
}

/** Lets services hear what a fetch brings in any order, for a while. */
export async function shuffleFor(
  rig: Rig,
  ms: number,
  services: ServiceName[] = serviceNames,
): Promise<void> {
  rig.note(`${services.join(', ')} hear in any order for ${ms} ms`);
  for (const service of services) rig.turnOn(service, 'reorder');
  await hold(ms);
  rig.turnAllOff();
}

/** Makes everything well again that was made ill, and waits until every process answers. */
export async function restoreAll(rig: Rig): Promise<void> {
  rig.turnAllOff();
  for (const proxy of rig.proxies.values()) await proxy.restore();
  await resumeAll(rig);
  for (const name of rig.stopped) await start(rig, name);
  await degradeProvider(rig, NORMAL_PROVIDER);
  const { services } = rig.system.running;
  const urls = [...serviceNames.map((name) => services[name].url), ...rig.replicas.values()];
  await eventually(async () => (await Promise.all(urls.map(isReady))).every(Boolean), {
    timeoutMs: 60_000,
    what: 'every service to be ready',
  });
}

/** Even on good days some calls fail, and some replies are lost. */
export const NORMAL_PROVIDER = { latencyMs: 20, errorRate: 0.02, dropReplyRate: 0.03 };

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
  await response.body?.cancel();
  return response.ok;
}
