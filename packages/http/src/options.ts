import type { Logger } from '@repo/observability';
import type { IdentityOptions } from './requests/auth.ts';

export interface HttpOptions {
  /** The service's name, the title of its OpenAPI document. */
  service: string;
  identity: IdentityOptions;
  log: Logger;
  /** Checks the servers that the next request needs; throws if one is unavailable. */
  checkReady: () => Promise<void>;
  /** Whether an error means that a server is temporarily unavailable: 503 instead of 500. */
  isUnavailable: (error: unknown) => boolean;
  /** How long requests are answered after the server has begun to drain. */
  drainMs?: number;
  /** How long a handler may take. */
  handlerMs?: number;
  /** How long a request may take to arrive. */
  requestMs?: number;
  /** The maximum delay of the event loop, on average over a second; beyond it requests are refused. */
  maxDelayMs?: number;
  /** The clock for the age of the identity provider's keys, in milliseconds. */
  now?: () => number;
}

/** The default limits. */
export const LIMITS = {
  drainMs: 0,
  /** The limits of a connection to the database (5 s) and a statement (10 s) together. */
  handlerMs: 15_000,
  requestMs: 30_000,
  /** At the knee of the benchmark the delay is some milliseconds. After a second only refusals still help. */
  maxDelayMs: 1_000,
};
