import assert from 'node:assert/strict';
import type { Call, Evidence, PublishedEvent } from './evidence.ts';

/** The histories on which the invariants themselves are tested. */
export interface Histories {
  /** The service's part of a short history that breaks no invariant. */
  correct(): Partial<Evidence>;
  wrong: WrongHistory[];
}

/** A history that breaks an invariant: what is wrong with it, the change that makes it so, and the expected violation. */
export type WrongHistory = [
  invariant: string,
  what: string,
  change: (evidence: Evidence) => unknown,
  violation: RegExp,
];

/** The first item that has these properties. Throws an AssertionError when there is none. */
export function only<Item extends object>(items: Item[], wanted: Partial<Item>): Item {
  const found = items.find((item) =>
    Object.entries(wanted).every(([name, value]) => item[name as keyof Item] === value),
  );
  assert.ok(found, `There is none with ${JSON.stringify(wanted)}.`);
  return found;
}

export function remove<Item extends object>(items: Item[], wanted: Partial<Item>): void {
  items.splice(items.indexOf(only(items, wanted)), 1);
}

export function callOf(
  who: string,
  method: string,
  path: string,
  { body = {}, answer = {}, at }: { body?: object; answer?: object; at: number },
): Call {
  const status = path === '/v1/orders' ? 201 : 200;
  const times = { sentAt: at, answeredAt: at + 5 };
  return { who, method, path, key: `key at ${at}`, body, outcome: 'ok', status, answer, ...times };
}

export function eventOf(type: string, key: string, version: number, facts: object = {}): PublishedEvent {
  const noun = type.split('.')[0] as string;
  const topic = `${noun === 'stock' ? 'inventory' : noun}.events`;
  const id = noun === 'product' ? `${type} of ${key} ${version}` : `${type} of ${key}`;
  return { topic, partition: 0, offset: 0, id, type, key, data: { version, ...facts } };
}
