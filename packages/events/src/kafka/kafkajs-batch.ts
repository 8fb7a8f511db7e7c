import { setImmediate } from 'node:timers/promises';
import type { EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import type { Batch, HeaderValue, ReceivedRecord } from './kafka.ts';
import type { OffsetCommits } from './kafkajs-offsets.ts';
import { boundedName, readableBytes, readableText } from './readable.ts';

/**
 * kafkajs delivers each partition by itself. It delivers those of one fetch in one turn of the event loop, and they are
 * put together again here: each transaction has a fixed cost.
 */
export function gather(
  work: (parts: EachBatchPayload[]) => Promise<void>,
): (part: EachBatchPayload) => Promise<void> {
  let parts: EachBatchPayload[] = [];
  let done: Promise<void> | undefined;

  return (part) => {
    parts.push(part);
    done ??= setImmediate().then(() => {
      const gathered = parts;
      parts = [];
      done = undefined;
      return work(gathered);
    });
    return done;
  };
}

/** One batch of the gathered partitions. Topic names are without the namespace. */
export function asBatch(parts: EachBatchPayload[], namespace: string, commits: OffsetCommits): Batch {
  const [first] = parts as [EachBatchPayload];
  return {
    records: parts.flatMap(({ batch }) =>
      batch.messages.map((message) => readRecord(message, batch, namespace)),
    ),
    heartbeat: first.heartbeat,
    isStale: () => parts.some(({ isStale, isRunning }) => isStale() || !isRunning()),
    commit: (records, onCommitted = () => {}) => {
      const last = new Map(records.map((record) => [`${record.topic} ${record.partition}`, record]));
      for (const { batch, resolveOffset } of parts) {
        const end = last.get(`${batch.topic.slice(namespace.length)} ${batch.partition}`);
        if (end) resolveOffset(String(end.offset));
      }
      commits.note(first, onCommitted);
    },
  };
}

function readRecord(
  message: KafkaMessage,
  { topic, partition }: EachBatchPayload['batch'],
  namespace: string,
): ReceivedRecord {
  const { key, value, headers = {} } = message;
  let allHeaders: Record<string, HeaderValue> | undefined;
  return {
    topic: topic.slice(namespace.length),
    partition,
    offset: BigInt(message.offset),
    timestamp: readTimestamp(message.timestamp),
    key: key ? boundedName(readableBytes(key)) : '',
    headers: readAttributes(headers),
    get allHeaders() {
      allHeaders ??= readHeaders(headers);
      return allHeaders;
    },
    value: value?.toString() ?? '',
    raw: { key, value },
  };
}

const ATTRIBUTE = /^(?:ce_|traceparent$|tracestate$|content-type$)/;

function readAttributes(headers: IHeaders): Record<string, string> {
  const attributes = Object.keys(headers)
    .filter((name) => ATTRIBUTE.test(name) && Buffer.isBuffer(headers[name]))
    .map((name) => [readableText(name), readableBytes(headers[name] as Buffer)]);
  return Object.fromEntries(attributes) as Record<string, string>;
}

function readHeaders(headers: IHeaders): Record<string, HeaderValue> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      readableText(name),
      Array.isArray(value) ? value.map(readHeader) : readHeader(value),
    ]),
  );
}

/** The types of kafkajs allow text, and do not allow null, which occurs. */
function readHeader(value: Buffer | string | null | undefined): string | null {
  return value == null ? null : readableBytes(Buffer.from(value));
}

/** A publisher may write any number, and not every number is a time. */
function readTimestamp(milliseconds: string): Date {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
