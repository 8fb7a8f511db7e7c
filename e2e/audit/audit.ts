import { join } from 'node:path';
import { createKafka, type Kafka, type Publisher } from '@repo/events';
import { createLogger } from '@repo/observability';
import type { System } from '@repo/stack';
import type { Booking, Call, Evidence, Mail, Poison } from '../invariants/evidence.ts';
import { readDatabaseState } from './database-state.ts';
import { type Databases, openDatabases } from './databases.ts';
import { readDeadLetters, readEffects } from './dead-letters.ts';
import { alarmsIn, leaksIn, readLogs } from './logs.ts';
import { settle } from './settle.ts';
import { type Recording, readEvents, recordTopics } from './topics.ts';

/** What only those who made the run know. */
export interface Seen {
  calls: Call[];
  unsettled: string[];
  poisons?: Poison[];
  /** Whether an alarm is what the things that were done to the system must raise. */
  isExpected?: (alarm: string) => boolean;
  /** Texts in which no secret may stand, besides those that are looked at anyway. */
  texts?: Iterable<readonly [where: string, text: string]>;
}

/** Watches a system from outside, and gathers what it has left behind. */
export interface Auditor {
  databases: Databases;
  recording: Recording;
  kafka: Kafka;
  /** For whoever says again what has been said. */
  publisher: Publisher;
  /** Waits until nothing is on its way any more; answers what still is when the time is over. */
  settle(options: { timeoutMs: number }): Promise<string[]>;
  /** Reads everything, once it has settled. */
  gather(seen: Seen): Promise<Evidence>;
  close(): Promise<void>;
}

export async function openAudit({ running, dir }: Pick<System, 'running' | 'dir'>): Promise<Auditor> {
  const log = createLogger('audit', 'silent');
  const kafka = createKafka({ brokers: running.servers.kafka.brokers.split(','), clientId: 'audit', log });
  const [recording, publisher] = await Promise.all([recordTopics(kafka), kafka.openPublisher()]);
  const databases = openDatabases(running);
  return {
    databases,
    recording,
    kafka,
    publisher,
    settle: (options) => settle({ databases, kafka, recording }, options),
    async gather({ calls, unsettled, poisons = [], isExpected = () => false, texts = [] }) {
      const [books, effects, found, ledger, mail, logs] = await Promise.all([
        readDatabaseState(databases),
        readEffects(databases),
        readDeadLetters(databases),
        readItems<Booking>(`${running.external['payment-provider'].url}/v1/ledger`),
        readItems<Mail>(`${running.external.mailbox.url}/messages`),
        readLogs(join(dir, 'logs')),
      ]);
      const alarms = alarmsIn(logs).filter((alarm) => !isExpected(alarm));
      const deadLetters = found.map(({ service, kind, key }) => ({ service, kind, key }));
      const written = [
        ...logs,
        ...found.map(({ service, text }) => [`A dead letter of ${service}`, text] as const),
        ...recording.records.map(({ topic, headers, value }) => {
          return [`An event on ${topic}`, value + JSON.stringify(headers)] as const;
        }),
        ...texts,
      ];
      const left = { calls, unsettled, poisons, effects, deadLetters, alarms, leaks: leaksIn(written) };
      return { ...left, ...books, ledger, mail, events: readEvents(recording.records) };
    },
    async close() {
      await Promise.allSettled([recording.stop(), publisher.close(), databases.close()]);
    },
  };
}

async function readItems<Item>(url: string): Promise<Item[]> {
  const response = await fetch(url);
  return ((await response.json()) as { items: Item[] }).items;
}
