import { randomUUID } from 'node:crypto';
import { openJournal } from './journal.ts';

type Entry = {
  kind: 'capture' | 'refund' | 'decline';
  id: string;
  key: string;
  fingerprint: string;
  reference: string;
  amountCents: number;
  currency: string;
  at: string;
  captureId?: string;
};

/** The identity of a call: the client's key, and a fingerprint of the request. */
export type Call = { key: string; fingerprint: string };

type Money = { reference: string; amountCents: number; currency: string };
type Refusal = 'unknown-capture' | 'more-than-captured';
export type Outcome = Entry | Refusal;

export type Ledger = ReturnType<typeof openLedger>;

/** Every movement of money and every declined attempt, in their order; rebuilt from its file. */
export function openLedger(file: string) {
  const journal = openJournal<Entry>(file);
  const entries: Entry[] = [];
  const entriesByKey = new Map<string, Entry>();
  const captures = new Map<string, { entry: Entry; refundedCents: number }>();

  function remember(entry: Entry) {
    entries.push(entry);
    entriesByKey.set(entry.key, entry);
    if (entry.kind === 'capture') captures.set(entry.id, { entry, refundedCents: 0 });
    const refunded = entry.captureId && captures.get(entry.captureId);
    if (refunded) refunded.refundedCents += entry.amountCents;
  }

  function record(entry: Omit<Entry, 'id' | 'at'>): Entry {
    const recorded = { id: randomUUID(), ...entry, at: new Date().toISOString() };
    journal.append(recorded);
    remember(recorded);
    return recorded;
  }

  for (const entry of journal.lines) remember(entry);

  return {
    close: journal.close,
    findByKey: (key: string) => entriesByKey.get(key),
    capture: (call: Call, money: Money) => record({ kind: 'capture', ...call, ...money }),
    decline: (call: Call, money: Money) => record({ kind: 'decline', ...call, ...money }),

    refund(call: Call, captureId: string, amountCents: number): Outcome {
      const capture = captures.get(captureId);
      if (!capture) return 'unknown-capture';
      if (capture.refundedCents + amountCents > capture.entry.amountCents) return 'more-than-captured';
      const { reference, currency } = capture.entry;
      return record({ kind: 'refund', ...call, reference, amountCents, currency, captureId });
    },

    /** The captures of one reference; the status of a fully refunded one is `refunded`. */
    listCaptures: (reference: string) =>
      [...captures.values()]
        .filter(({ entry }) => entry.reference === reference)
        .map(({ entry, refundedCents }) => ({
          ...responseOf(entry),
          status: refundedCents > 0 && refundedCents === entry.amountCents ? 'refunded' : 'captured',
        })),

    /** The movements of money, without declined attempts. */
    listMovements: () =>
      entries
        .filter(({ kind }) => kind !== 'decline')
        .map(({ id, kind, reference, amountCents, currency, at }) => ({
          id,
          kind,
          reference,
          amountCents,
          currency,
          at,
        })),
  };
}

const statuses = { capture: 'captured', refund: 'refunded', decline: 'declined' };

/** The answer about a movement, to the first request and to every repeat with the same key. */
export function responseOf({ id, kind, reference, amountCents, currency }: Entry) {
  return { id, reference, status: statuses[kind], amountCents, currency };
}
