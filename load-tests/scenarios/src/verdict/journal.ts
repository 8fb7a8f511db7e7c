import type { PlannedOrder } from '../../../src/generator/mix.ts';

/** A journal line about an order. Its idempotency key identifies it, since it may have no id yet. */
export type Entry =
  | { is: 'sent'; key: string; at: number; plan: PlannedOrder }
  | { is: 'answered'; key: string; at: number; status: number; orderId: string | undefined }
  | { is: 'cancelling'; key: string; cancelKey: string }
  | { is: 'cancel answered'; key: string; status: number }
  | { is: 'ended'; key: string; at: number; outcome: string };

/** The story of an order as its customer saw it. Times in milliseconds since 1970. */
export interface Story {
  key: string;
  plan: PlannedOrder;
  /** The time of the first request, which may have been refused and resent. */
  sentAt: number;
  refusals: number;
  /** The status of the last answer; undefined while the last request has none. */
  status?: number | undefined;
  answeredAt?: number;
  orderId?: string;
  cancel?: { key: string; status?: number };
  endedAt?: number;
  outcome?: string;
}

export const lineOf = (entry: Entry): string => `${JSON.stringify(entry)}\n`;

/** The stories in the lines of a journal. An incomplete last line is ignored. */
export function storiesIn(journal: string): Story[] {
  const stories = new Map<string, Story>();
  for (const line of journal.split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as Entry;
    const story = stories.get(entry.key);
    if (story) append(story, entry);
    else if (entry.is === 'sent')
      stories.set(entry.key, { key: entry.key, plan: entry.plan, sentAt: entry.at, refusals: 0 });
  }
  return [...stories.values()];
}

function append(story: Story, entry: Entry): void {
  if (entry.is === 'sent') story.status = undefined;
  else if (entry.is === 'answered') {
    story.status = entry.status;
    story.answeredAt = entry.at;
    if (entry.status === 503) story.refusals++;
    if (entry.orderId) story.orderId = entry.orderId;
  } else if (entry.is === 'cancelling') story.cancel = { key: entry.cancelKey };
  else if (entry.is === 'ended') Object.assign(story, { endedAt: entry.at, outcome: entry.outcome });
  else if (story.cancel) story.cancel.status = entry.status;
}

/** The end that an order must have: as planned, unless its customer cancelled it in time. */
export function expectedEnd({ plan, cancel }: Pick<Story, 'plan' | 'cancel'>): string {
  return cancel?.status === 200 ? 'customer' : plan.outcome;
}
