/** A record of one event. The rules for it belong here: pure functions that import nothing of ours. */
export interface JournalEntry {
  /** The id of the event. */
  id: string;
  customerId: string;
  /** The key of the event: the id of the aggregate that it is about. */
  subject: string;
  occurredAt: Date;
}

/** The parts of an event that a journal entry is made from. */
interface ConsumedEvent {
  id: string;
  key: string;
  occurredAt: Date;
  data: { customerId: string };
}

export function journalEntryOf({ id, key, occurredAt, data }: ConsumedEvent): JournalEntry {
  return { id, customerId: data.customerId, subject: key, occurredAt };
}
