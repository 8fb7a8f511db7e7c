import { join } from 'node:path';
import { createKafka, type Publisher } from '@tenfold/events';
import { createLogger } from '@tenfold/observability';
import type { System } from '@tenfold/stack';
import type { Booking, Call, Evidence, Mail } from '../invariants/evidence.ts';
import { readAlarms } from './alarms.ts';
import { readBooks } from './books.ts';
import { openDatabases } from './databases.ts';
import { settle } from './settle.ts';
import { type Recording, readEvent, recordTopics } from './topics.ts';

/** Watches a system from outside, and gathers what it has left behind. */
export interface Auditor {
  recording: Recording;
  /** For whoever says again what has been said. */
  publisher: Publisher;
  /** Waits until nothing is on its way any more; answers what still is when the time is over. */
  settle(options: { timeoutMs: number }): Promise<string[]>;
  /** Reads everything, once it has settled. */
  gather(seen: { calls: Call[]; unsettled: string[] }): Promise<Evidence>;
  close(): Promise<void>;
}

export async function openAudit({ running, dir }: Pick<System, 'running' | 'dir'>): Promise<Auditor> {
  const log = createLogger('audit', 'silent');
  const kafka = createKafka({ brokers: running.servers.kafka.brokers.split(','), clientId: 'audit', log });
  const [recording, publisher] = await Promise.all([recordTopics(kafka), kafka.openPublisher()]);
  const databases = openDatabases(running);
  return {
    recording,
    publisher,
    settle: (options) => settle({ databases, kafka, recording }, options),
    async gather(seen) {
      const [books, ledger, mail, alarms] = await Promise.all([
        readBooks(databases),
        readItems<Booking>(`${running.external['payment-provider'].url}/v1/ledger`),
        readItems<Mail>(`${running.external.mailbox.url}/messages`),
        readAlarms(join(dir, 'logs')),
      ]);
      return { ...seen, ...books, events: recording.records.map(readEvent), ledger, mail, alarms };
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
