import { join } from 'node:path';
import { createKafka, type Kafka, type Publisher } from '@repo/events';
import { createLogger } from '@repo/observability';
import type { System } from '@repo/stack';
import type { Call, Evidence, Poison } from '../invariants/evidence.ts';
import { activeParts } from '../services/active-parts.ts';
import { type Databases, openDatabases } from './databases.ts';
import { readDeadLetters } from './dead-letters.ts';
import { readEffects } from './effects.ts';
import { alarmsIn, leaksIn, readLogs } from './logs.ts';
import { readOutboxes } from './outboxes.ts';
import { settle } from './settle.ts';
import { type Recording, readEvents, recordTopics } from './topics.ts';

/** The part of the evidence that only the run itself knows. */
export interface Witnessed {
  calls: Call[];
  unsettled: string[];
  poisons?: Poison[];
  /** Whether the faults of the run explain an alarm. */
  isExpected?: (alarm: string) => boolean;
  /** Further texts that must not hold a secret. */
  texts?: Iterable<readonly [where: string, text: string]>;
}

/** Watches a system from outside, and gathers the evidence of a run. */
export interface Auditor {
  databases: Databases;
  recording: Recording;
  kafka: Kafka;
  /** Publishes events again. */
  publisher: Publisher;
  /** Waits until the system is at rest. Returns the work that is left when the time is over. */
  settle(options: { timeoutMs: number }): Promise<string[]>;
  /** Reads everything, once the system is at rest. */
  gather(witnessed: Witnessed): Promise<Evidence>;
  close(): Promise<void>;
}

export async function openAudit({ running, dir }: Pick<System, 'running' | 'dir'>): Promise<Auditor> {
  const log = createLogger('audit', 'silent');
  const kafka = createKafka({ brokers: running.servers.kafka.brokers.split(','), clientId: 'audit', log });
  const [recording, publisher] = await Promise.all([recordTopics(kafka), kafka.openPublisher()]);
  const databases = openDatabases(running);
  const readParts = () =>
    Promise.all(activeParts.map(({ service, audit }) => audit?.read(databases[service], running)));
  return {
    databases,
    recording,
    kafka,
    publisher,
    settle: (options) => settle({ databases, kafka, recording }, options),
    async gather({ calls, unsettled, poisons = [], isExpected = () => false, texts = [] }) {
      const [parts, outboxes, effects, found, logs] = await Promise.all([
        readParts(),
        readOutboxes(databases),
        readEffects(databases),
        readDeadLetters(databases),
        readLogs(join(dir, 'logs')),
      ]);
      const general = {
        ...{ calls, unsettled, poisons, outboxes, effects },
        events: readEvents(recording.records),
        deadLetters: found.map(({ service, kind, key }) => ({ service, kind, key })),
        alarms: alarmsIn(logs).filter((alarm) => !isExpected(alarm)),
        leaks: leaksIn([...logs, ...textsOf(found, recording), ...texts]),
      };
      return Object.assign(general, ...parts) as Evidence;
    },
    async close() {
      await Promise.allSettled([recording.stop(), publisher.close(), databases.close()]);
    },
  };
}

/** The texts of dead letters and events, with the place of each. */
function textsOf(
  deadLetters: { service: string; text: string }[],
  { records }: Recording,
): (readonly [where: string, text: string])[] {
  return [
    ...deadLetters.map(({ service, text }) => [`A dead letter of ${service}`, text] as const),
    ...records.map(({ topic, headers, value }) => {
      return [`An event on ${topic}`, value + JSON.stringify(headers)] as const;
    }),
  ];
}
