/**
 * Everything that a run has left behind: at the clients, in the databases, on the topics, and in the systems of others.
 * It is plain data: the invariants are functions of it, and it can be kept as JSON. It is read once the system is at
 * rest. Each service adds fields of its own (e2e/services/<service>/evidence.ts).
 */
export interface Evidence {
  calls: Call[];
  /** Rows that were never published, by service. */
  outboxes: Record<string, number>;
  /** Records in the order of each partition. A repeat has the id of an earlier record. */
  events: PublishedEvent[];
  /** The log lines of the alarms that no fault explains. */
  alarms: string[];
  /** Work that was left when the time to settle was over, as sentences. */
  unsettled: string[];
  /** Each effect of each message; empty where the services do not record them. */
  effects: Effect[];
  /** Dead letters that have not been resolved. */
  deadLetters: DeadLetter[];
  /** Records that were sent to become dead letters. They are not among the events. */
  poisons: Poison[];
  /** Places in which a secret was found, as sentences. */
  leaks: string[];
}

/** One request as its client saw it. */
export interface Call {
  /** The customer's id. */
  who: string;
  method: string;
  path: string;
  key: string | null;
  body: unknown;
  /** 'ok' is a 2xx, 'failed' a 4xx. After a 5xx, as without an answer, the client cannot know whether it took effect. */
  outcome: 'ok' | 'failed' | 'unknown';
  status: number | null;
  answer: unknown;
  /** Milliseconds, all on one clock. */
  sentAt: number;
  answeredAt: number | null;
  /** The client hung up on purpose, before there was an answer. */
  hungUp?: boolean;
}

export interface PublishedEvent {
  topic: string;
  partition: number;
  offset: number;
  id: string;
  type: string;
  key: string;
  data: { version: number } & Record<string, unknown>;
}

export interface Effect {
  service: string;
  messageId: string;
  /** By the clock of the service's database, RFC 3339. */
  at: string;
}

export interface DeadLetter {
  service: string;
  kind: string;
  key: string;
}

export interface Poison {
  service: string;
  key: string;
  topic: string;
  partition: number;
  offset: number;
  /** When it was discarded, by the clock of the service's database; null while it was not. */
  discardedAt: string | null;
}
