import { Failure } from '@repo/stack';
import { type ServiceName, serviceNames, services } from '@repo/stack/topology';
import type { Change } from './change.ts';

/** The parts of a JSON schema that the snapshots of events hold. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
}

/** An event of the contracts, as its snapshot has it. */
export interface PublishedEvent {
  type: string;
  topic: string;
  /** The field of the data that is its key. */
  subject: string;
  schema: Schema;
  publisher: ServiceName;
}

const SNAPSHOTS = 'packages/contracts/snapshots/';

/** All events that services publish, by their types. */
export function publishedEvents(change: Change): Map<string, PublishedEvent> {
  const snapshots = change.files().filter((path) => path.startsWith(SNAPSHOTS));
  const events = snapshots.map((path) => withPublisher(JSON.parse(change.read(path))));
  return new Map(events.map((event) => [event.type, event]));
}

function withPublisher(snapshot: Omit<PublishedEvent, 'publisher'>): PublishedEvent {
  const isOwner = (name: ServiceName) => services[name].publishes.some((topic) => topic === snapshot.topic);
  const publisher = serviceNames.find(isOwner);
  if (!publisher) throw new Failure(`No service owns the topic ${snapshot.topic} of ${snapshot.type}.`);
  return { ...snapshot, publisher };
}

/** The name of an event in code: OrderConfirmed for order.confirmed. */
export const exportedName = (type: string): string =>
  type
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const TEXTS = ['text', 'EUR', 'KEYBOARD', '1', 'https://a.test'];

/** TypeScript that makes a value which a schema accepts; a field `customerId` is a variable of that name. */
export function sampleOf(schema: Schema): string {
  const { type, properties = {}, required = [], items, minItems = 0, anyOf } = schema;
  if (anyOf?.[0]) return sampleOf(anyOf[0]);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return JSON.stringify(schema.enum[0]);
  switch (type) {
    case 'object':
      return `{ ${required.map((name) => fieldOf(name, properties[name] ?? {})).join(', ')} }`;
    case 'array':
      return minItems > 0 && items ? `[${sampleOf(items)}]` : '[]';
    case 'integer':
    case 'number':
      return String(Math.max(1, schema.minimum ?? 1));
    case 'string':
      return textOf(schema);
    default:
      return String(type === 'boolean');
  }
}

const fieldOf = (name: string, schema: Schema) =>
  name === 'customerId' ? name : `${name}: ${sampleOf(schema)}`;

function textOf({ format, pattern = '' }: Schema): string {
  if (format === 'uuid') return 'randomUUID()';
  if (format === 'date-time') return 'new Date().toISOString()';
  const text = TEXTS.find((candidate) => new RegExp(pattern).test(candidate));
  if (text === undefined) throw new Failure(`No sample is known for a text of the pattern ${pattern}.`);
  return JSON.stringify(text);
}
