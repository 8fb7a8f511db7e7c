import type { Edit } from './edit.ts';

/** The system without one of its safeguards. */
export interface Mutant {
  /** The safeguard that is missing, in a few words. */
  without: string;
  edits: Edit[];
}

/** Makes a function do nothing, or return at once. */
function skip(file: string, signature: string, answer = ''): Edit {
  return { file, find: signature, replace: `${signature}\n  if (true) return ${answer};` };
}

export const MUTANTS = {
  inbox: {
    without: 'the inbox: a message is processed again when it is delivered again',
    edits: [
      {
        file: 'packages/events/src/inbox/inbox-store.ts',
        find: 'newIds: new Set(rows.flatMap(({ id }) => id ?? [])),',
        replace: 'newIds: new Set(messages.map(({ id }) => id)),',
      },
    ],
  },
  outbox: {
    without: 'the outbox: an event is written after the commit',
    edits: [
      {
        file: 'packages/events/src/outbox/outbox-store.ts',
        find: 'await tx.query(sql`\n    insert into outbox',
        replace: 'faultInjection.afterwards(sql`\n    insert into outbox',
      },
    ],
  },
  'idempotency-row': {
    without: 'the row for each idempotency key: every call is a new one',
    edits: [
      {
        file: 'packages/idempotency/src/key-store.ts',
        find: '  const sorted = [...requests].sort(byKey);\n',
        replace: '  const sorted = [...requests].sort(byKey);\n  if (true) return sorted;\n',
      },
    ],
  },
  tombstone: {
    without: 'the tombstone that refuses a reservation after its cancellation',
    edits: [
      skip(
        'services/inventory/src/stock/reservation-store.ts',
        'export async function insertTombstones(tx: Transaction, orderIds: string[]): Promise<void> {',
      ),
    ],
  },
  'order-lock': {
    without: "the lock on the order's row",
    edits: [
      {
        file: 'services/order/src/order-store.ts',
        find: '    order by id\n    for update`);',
        replace: '    order by id`);',
      },
    ],
  },
  'capture-key': {
    without: "the payment's own key: every attempt is a new capture",
    edits: [
      {
        file: 'services/payment/src/payment-provider.ts',
        find: `client.post('/v1/captures', id, captureRequest)`,
        replace: `client.post('/v1/captures', crypto.randomUUID(), captureRequest)`,
      },
    ],
  },
  acks: {
    without: 'the acknowledgement of all replicas: one is enough',
    edits: [
      { file: 'packages/events/src/kafka/kafkajs-publisher.ts', find: 'acks: -1', replace: 'acks: 1' },
      {
        file: 'packages/events/src/kafka/kafkajs-publisher.ts',
        find: 'idempotent: true',
        replace: 'idempotent: false',
      },
    ],
  },
  'offset-first': {
    without: 'the order of transaction and offset: the offset is committed first',
    edits: [
      {
        file: 'packages/events/src/consumer/process-batch.ts',
        find: '      const processed = await untilItPasses(',
        replace:
          '      await new Promise<void>((done) => batch.commit([...chunk], done));\n      const processed = await untilItPasses(',
      },
    ],
  },
  'price-version': {
    without: 'the version check of the price list: the last event sets the price',
    edits: [
      {
        file: 'services/order/src/price-store.ts',
        find: '      currency = excluded.currency\n    where prices.version < excluded.version`);',
        replace: '      currency = excluded.currency`);',
      },
    ],
  },
  parking: {
    without: 'the parking of later events behind a dead letter',
    edits: [
      {
        file: 'packages/events/src/inbox/inbox-store.ts',
        find: '      order by position\n      for share\n    ), inserted as (',
        replace: '        and false\n      order by position\n      for share\n    ), inserted as (',
      },
    ],
  },
  'strange-bytes': {
    without:
      'the handling of strange bytes: keys and headers are text, and a record that cannot be parked is retried',
    edits: [
      skip(
        'packages/events/src/kafka/readable.ts',
        'export function readableBytes(bytes: Buffer): string {',
        'bytes.toString()',
      ),
      {
        file: 'packages/events/src/dead-letters/write-dead-letter.ts',
        find: '      if (isUnavailable(refusal)) throw refusal;',
        replace: '      throw refusal;',
      },
    ],
  },
  'refusal-text': {
    without: "the removal of a refusal's text: it is kept in place of its code, and nothing is redacted",
    edits: [
      {
        file: 'services/notification/src/mailer.ts',
        find: 'const code = refusalOf(facts);',
        replace: 'const code = refusalOf(facts) && (error as Error).message;',
      },
      skip('packages/observability/src/redact.ts', 'export function redact(text: string): string {', 'text'),
    ],
  },
  environment: {
    without: 'the check of the environment: a read-only server, or a missing grant, is poison',
    edits: [
      {
        file: 'packages/postgres/src/errors.ts',
        find: '(08|28|40|42|53|57|58|XX|25006|25P03|25P04|55P03)',
        replace: '(08|40|53|57|25P03|25P04|55P03)',
      },
    ],
  },
  'paused-partitions': {
    without: 'the pause of an unavailable partition: all others wait with it',
    edits: [
      {
        file: 'packages/events/src/outbox/relay.ts',
        find: 'createRowPublisher({ service, session, publisher, alarm, paused })',
        replace: 'createRowPublisher({ service, session, publisher, alarm })',
      },
    ],
  },
  'progress-watch': {
    without: 'the progress watch: a stuck worker raises no alarm',
    edits: [skip('packages/polling/src/progress-watch.ts', '  function look(): void {')],
  },
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof MUTANTS;
export const mutantNames = Object.keys(MUTANTS) as MutantName[];
