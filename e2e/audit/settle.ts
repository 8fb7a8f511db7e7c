import type { Kafka } from '@repo/events';
import { consumerGroups, groupIdQuery, type ServiceName, serviceNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { activeParts } from '../services/active-parts.ts';
import type { Databases } from './databases.ts';
import { readOutboxPositions } from './outboxes.ts';
import type { Recording } from './topics.ts';

/** The work that is left in the databases, as sentences, and how many events they have written since their beginning. */
interface Work {
  left: string[];
  written: number;
}

interface Sources {
  databases: Databases;
  kafka: Kafka;
  recording: Recording;
}

/** Reading costs the system something too. */
const EVERY_MS = 100;

/**
 * Waits until the system is at rest, and returns the work that is left when the time is over. The system is at rest when
 * twice in a row no database has open work, then no topic has unread records, and then again no database has open work,
 * and no event was written meanwhile.
 */
export async function settle(sources: Sources, { timeoutMs }: { timeoutMs: number }): Promise<string[]> {
  let left = ['The system could not be read.'];
  let quiet = 0;
  const isAtRest = async () => {
    left = await readOpenWork(sources);
    quiet = left.length === 0 ? quiet + 1 : 0;
    return quiet === 2;
  };
  await eventually(isAtRest, { timeoutMs, everyMs: EVERY_MS }).catch(() => {});
  return quiet === 2 ? [] : left;
}

async function readOpenWork(sources: Sources): Promise<string[]> {
  const before = await readDatabases(sources.databases);
  if (before.left.length > 0) return before.left;
  const unread = await readLags(sources);
  if (unread.length > 0) return unread;
  const after = await readDatabases(sources.databases);
  return after.written === before.written ? after.left : ['Events are still being written.'];
}

async function readDatabases(databases: Databases): Promise<Work> {
  const [work, outboxes] = await Promise.all([
    Promise.all(activeParts.map(({ service, audit }) => audit?.openWork?.(databases[service]) ?? [])),
    readOutboxPositions(databases),
  ]);
  const unpublished = outboxes.filter(({ waiting }) => waiting > 0);
  return {
    left: [
      ...work.flat(),
      ...unpublished.map(({ service, waiting }) => `The outbox of ${service} still holds ${waiting} events.`),
    ],
    written: outboxes.reduce((sum, { written }) => sum + written, 0),
  };
}

async function readLags({ databases, kafka, recording }: Sources): Promise<string[]> {
  const groups = await Promise.all(serviceNames.map((service) => groupsOf(service, databases)));
  const lags = await Promise.all([
    ...groups.flat().map(async ({ group, topics }) => [group, await kafka.lag(group, topics)] as const),
    recording.lag().then((lag) => ['this recording', lag] as const),
  ]);
  return lags.filter(([, lag]) => lag > 0).map(([group, lag]) => `${group} is still ${lag} records behind.`);
}

async function groupsOf(service: ServiceName, databases: Databases) {
  const text = groupIdQuery(service);
  const [row] = text ? await databases[service].query<{ id: string }>({ text, values: [] }) : [];
  return consumerGroups(service, String(row?.id));
}
