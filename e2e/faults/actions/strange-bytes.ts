import { randomUUID } from 'node:crypto';
import { aggregateOf, type ReceivedRecord } from '@repo/events';
import { sql } from '@repo/postgres';
import { type ServiceName, serviceNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { isEvent, POISON } from '../../audit/topics.ts';
import type { Rig } from '../rig/rig.ts';
import { discardAll } from './poison.ts';
import { type StrangeRecord, strangeKeys, strangeRecords } from './strange-records.ts';

interface DeadLetter {
  id: string;
  attempts: number;
  /** Whether it is the first of its key, and so the one that a replay tries. */
  isFirst: boolean;
}

/**
 * Sends records of any bytes to all topics, and known events under keys of any bytes. Each strange record must become a
 * dead letter of every service that consumes it, which operators can list, show, replay (in vain) and discard.
 */
export async function sendStrangeBytes(rig: Rig, { records }: { records: number }): Promise<void> {
  const seed = rig.random.between(0, 2 ** 31 - 1);
  const strange = strangeRecords(seed, records);
  rig.note(`${records} strange records, with the seed ${seed}`);
  await repeatUnderStrangeKeys(rig, seed);
  for (const { topic, record } of strange)
    await rig.auditor.publisher.publish([{ topic, records: [record] }]);
  for (const one of strange) await expectDeadLetters(rig, one);
  for (const service of serviceNames) await resolveDeadLetters(rig, service);
  rig.note('the strange records are discarded');
}

/** The inbox knows these events: under any key they have had their effect. */
async function repeatUnderStrangeKeys({ auditor }: Rig, seed: number): Promise<void> {
  const known = auditor.recording.records.filter((record) => isEvent(record)).slice(-5);
  const keys = strangeKeys(seed, known.length);
  for (const [index, { topic, value, headers }] of known.entries()) {
    const record = { key: keys[index] || 'strange', value, headers: { ...headers, [POISON]: randomUUID() } };
    await auditor.publisher.publish([{ topic, records: [record] }]);
  }
}

async function expectDeadLetters(rig: Rig, { record, consumers }: StrangeRecord): Promise<void> {
  const mark = record.headers[POISON];
  const isIt = ({ headers }: ReceivedRecord) => headers[POISON] === mark;
  const found = await eventually(() => rig.auditor.recording.records.find(isIt), { timeoutMs: 20_000 });
  const { topic, partition, offset } = found;
  for (const service of consumers) {
    rig.poisons.push({
      ...{ service, topic, partition, offset: Number(offset), key: aggregateOf(found), discardedAt: null },
    });
    await eventually(() => hasDeadLetter(rig, service, found), {
      timeoutMs: 20_000,
      what: `a dead letter of ${service} for ${topic} ${partition} ${offset}`,
    });
  }
}

async function hasDeadLetter(rig: Rig, service: ServiceName, record: ReceivedRecord): Promise<boolean> {
  const { topic, partition, offset } = record;
  const deadLetters = await rig.auditor.databases[service].query(sql`
    select id
    from dead_letters
    where topic = ${topic} and partition = ${partition} and "offset" = ${String(offset)}`);
  return deadLetters.length === 1;
}

/** As an operator does: reads all dead letters, replays some, and discards them. */
async function resolveDeadLetters(rig: Rig, service: ServiceName): Promise<void> {
  const deadLetters = await rig.auditor.databases[service].query(sql<DeadLetter>`
    select id, attempts, position = min(position) over (partition by aggregate) as "isFirst"
    from dead_letters
    where kind in ('malformed', 'failed')`);
  const listed = await listIds(rig, service);
  for (const { id } of deadLetters) {
    if (!listed.has(id)) throw new Error(`${service} does not list the dead letter ${id}.`);
    const { status } = await read(rig, service, `/v1/dead-letters/${id}`);
    if (status !== 200) throw new Error(`${service} shows the dead letter ${id} with ${status}.`);
  }
  const replayed = deadLetters.filter(({ isFirst }) => isFirst).slice(0, 3);
  for (const deadLetter of replayed) await replayInVain(rig, service, deadLetter);
  await discardAll(rig, service);
}

async function listIds(rig: Rig, service: ServiceName): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let next: string | null = ''; next !== null; ) {
    const { body } = await read(rig, service, `/v1/dead-letters?limit=100${next && `&after=${next}`}`);
    const page = body as { items: { id: string }[]; next: string | null };
    for (const { id } of page.items) ids.add(id);
    next = page.next;
  }
  return ids;
}

async function read({ system, shop }: Rig, service: ServiceName, path: string) {
  const headers = { authorization: `Bearer ${shop.staff.token}` };
  const response = await fetch(system.running.services[service].url + path, { headers });
  return { status: response.status, body: await response.json() };
}

async function replayInVain(rig: Rig, service: ServiceName, { id, attempts }: DeadLetter): Promise<void> {
  await rig.client.sendUntilAnswered({
    who: rig.shop.staff,
    method: 'POST',
    url: rig.system.running.services[service].url,
    path: `/v1/dead-letters/${id}/replay`,
    key: randomUUID(),
    body: {},
  });
  const findReplayed = () =>
    rig.auditor.databases[service].query(sql`
      select id
      from dead_letters
      where id = ${id} and attempts > ${attempts} and replay_at is null`);
  await eventually(async () => (await findReplayed()).length === 1, {
    timeoutMs: 20_000,
    what: `${service} to replay the dead letter ${id}`,
  });
}
