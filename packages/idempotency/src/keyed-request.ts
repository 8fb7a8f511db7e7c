import type { OutgoingEvent } from '@repo/events';
import type { Preconditions } from '@repo/http';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import type { KeyScope } from './key-store.ts';
import type { Outcome } from './outcome.ts';

/** A request that must take effect once. */
export interface KeyedRequest<Input> extends KeyScope, TraceContext {
  fingerprint: Buffer;
  /** The path of the request, without its query. */
  path: string;
  /** The request's `If-Match` and `If-None-Match`. */
  preconditions?: Preconditions;
  input: Input;
}

/** The outcomes of some requests, and the events that are published because of them. */
export interface Performed<Input> {
  /** One outcome for each request. */
  outcomes: Map<KeyedRequest<Input>, Outcome>;
  events: OutgoingEvent[];
}

/** Performs requests whose keys are new, in one transaction. */
export type Perform<Input> = (tx: Transaction, requests: KeyedRequest<Input>[]) => Promise<Performed<Input>>;

/**
 * How preconditions are evaluated, once a key is known to be new. By default as for a resource that exists and has no
 * entity tag. 'perform': by `perform`, with the row that it has locked. `exists`: as by default, but only where the
 * resource exists; for another, `perform` returns that there is none.
 */
export type PreconditionRule<Input> =
  | 'perform'
  | { exists: (tx: Transaction, input: Input) => Promise<boolean> };
