import type { Logger } from '@repo/observability';
import type { IdentityOptions } from './requests/auth.ts';

export interface HttpOptions {
  /** The service's name, which heads its OpenAPI document. */
  service: string;
  identity: IdentityOptions;
  log: Logger;
  /** Checks what the next request needs; throws when it is not there. */
  checkReady: () => Promise<void>;
  /** Whether an error means that something this service needs is away for now: answered with 503 instead of 500. */
  isUnavailable: (error: unknown) => boolean;
  /** How long requests are answered once this process has said that it leaves. */
  drainMs?: number;
  /** How long a handler may take. */
  handlerMs?: number;
  /** How long a request may take to arrive. */
  requestMs?: number;
  /** How late the event loop may come to what is due, on average over a second; beyond it requests are refused. */
  maxDelayMs?: number;
  /** The clock by which the keys of the identity provider age, in milliseconds. */
  now?: () => number;
}

/** What holds unless a service says otherwise. */
export const LIMITS = {
  drainMs: 0,
  /** A connection to the database (5 s), and a statement (10 s). */
  handlerMs: 15_000,
  requestMs: 30_000,
  /** At the knee of the benchmark it is some milliseconds late. A second late, refusing is all that can still be done. */
  maxDelayMs: 1_000,
};
