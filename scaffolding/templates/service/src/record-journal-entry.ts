import type { Message, OutgoingEvent } from '@repo/events';
import type { JournalEntryRequested } from '@repo/example-contracts/example';
import type { Transaction } from '@repo/postgres';
import { journalEntryRecordedEvent } from './example-events.ts';
import { journalEntryOf } from './journal-entry.ts';
import { insertJournalEntries } from './journal-entry-store.ts';

/** Records events, one journal entry for each. The inbox lets no event through twice. */
export async function recordJournalEntry(
  tx: Transaction,
  messages: Message<JournalEntryRequested>[],
): Promise<OutgoingEvent[]> {
  await insertJournalEntries(tx, messages.map(journalEntryOf));
  return messages.map((message) => journalEntryRecordedEvent(journalEntryOf(message), message));
}
