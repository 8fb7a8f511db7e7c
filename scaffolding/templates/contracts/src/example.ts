import { id, version } from '@repo/contracts/fields';
import { type DataOf, defineEvent } from '@repo/events/event-type';
import { z } from 'zod';

/** Consumed by the example service. It stands for the event of another service. */
export const JournalEntryRequested = defineEvent({
  type: 'journal-entry.requested',
  topic: 'example.events',
  subject: 'requestId',
  schema: z.object({ requestId: id, version, customerId: id }),
});

/** Published by the example service for each journal entry. */
export const JournalEntryRecorded = defineEvent({
  type: 'journal-entry.recorded',
  topic: 'example.events',
  subject: 'journalEntryId',
  schema: z.object({ journalEntryId: id, version, customerId: id, subject: z.string() }),
});

export type JournalEntryRequested = DataOf<typeof JournalEntryRequested>;
export type JournalEntryRecorded = DataOf<typeof JournalEntryRecorded>;
