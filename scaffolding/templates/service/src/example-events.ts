import { newEvent, type OutgoingEvent } from '@repo/events';
import { JournalEntryRecorded } from '@repo/example-contracts/example';
import type { TraceContext } from '@repo/observability';
import type { JournalEntry } from './journal-entry.ts';

/** A journal entry is never changed. */
const ONLY_VERSION = 1;

export function journalEntryRecordedEvent(
  journalEntry: JournalEntry,
  traceContext: TraceContext,
): OutgoingEvent {
  const { id: journalEntryId, customerId, subject } = journalEntry;
  return newEvent(
    JournalEntryRecorded,
    { journalEntryId, version: ONLY_VERSION, customerId, subject },
    traceContext,
  );
}
