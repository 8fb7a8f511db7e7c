import { type Subscription, subscribe } from '@repo/events';
import { JournalEntryRequested } from '@repo/example-contracts/example';
import { recordJournalEntry } from './record-journal-entry.ts';

/** The events that this service consumes, each with its use case. */
export const subscriptions: Subscription[] = [subscribe(JournalEntryRequested, recordJournalEntry)];
