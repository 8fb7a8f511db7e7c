import { randomUUID } from 'node:crypto';
import { expected, itemsOf, send } from '@repo/stack';
import { eventually } from '@repo/testing';
import { v7 as uuidv7 } from 'uuid';
import { hold } from '../../faults/rig/hold.ts';
import type { Site } from './site.ts';

export type Heal = () => Promise<unknown>;

/** Stops a process until it is healed. */
export async function stopProcess({ system }: Site, name: string): Promise<Heal> {
  await system.control('stop', name);
  return () => system.control('start', name);
}

/** Disturbs the connections to a server until it is healed. */
export async function disturb(
  site: Site,
  server: string,
  how: 'reject' | { delayMs: number },
): Promise<Heal> {
  const proxy = site.proxies.get(server);
  if (!proxy) throw new Error(`There is no proxy before ${server}.`);
  if (how === 'reject') proxy.reject();
  else proxy.delay(how.delayMs);
  return () => proxy.restore();
}

/** Publishes a record that no consumer can read. It is healed as an operator heals it: it is discarded. */
export async function publishPoison({ publisher, system, shoppers }: Site): Promise<Heal> {
  const [key, id] = [uuidv7(), uuidv7()];
  const headers = { ce_specversion: '1.0', ce_id: id, ce_source: '/order', ce_type: 'order.confirmed' };
  const about = { ...headers, ce_time: new Date().toISOString(), ce_subject: key };
  await publisher.publish([
    { topic: 'order.events', records: [{ key, value: '{"orderId":', headers: about }] },
  ]);
  const token = shoppers.staff;
  return async () => {
    for (const { url } of Object.values(system.running.services)) {
      for (const one of itemsOf<{ id: string }>(await send(`${url}/v1/dead-letters`, 'GET', { token }))) {
        const body = { reason: 'a drill' };
        const discard = `${url}/v1/dead-letters/${one.id}/discard`;
        expected(await send(discard, 'POST', { token, key: randomUUID(), body }), 200);
      }
    }
  };
}

const LIVES_MS = 4_000;

/** Kills a process again and again, soon after each start. */
export async function killRepeatedly({ system }: Site, name: string, times: number): Promise<Heal> {
  for (let time = 0; time <= times; time++) {
    const pid = system.pidOf(name);
    if (pid === null) throw new Error(`${name} does not run, and cannot be killed.`);
    process.kill(pid, 'SIGKILL');
    const isBack = () => system.pidOf(name) !== null && system.pidOf(name) !== pid;
    await eventually(isBack, { timeoutMs: 30_000, what: `${name} to be back` });
    // Long enough to report that it lives, and short enough to count as one that does not stay.
    if (time < times) await hold(LIVES_MS);
  }
  return async () => {};
}
