import type { Logger } from '@repo/observability';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

const MINUTE_MS = 60_000;
/** Keys older than this are read again, in the background. */
const REFRESH_AFTER_MS = 10 * MINUTE_MS;
/** The interval between attempts while a refresh fails. */
const RETRY_EACH_MS = 5_000;
/**
 * How soon after one request for the keys an unknown key id may cause another. An issuer publishes a key before it signs
 * with it, so no valid token is refused; and a flood of invented ids costs the issuer one request a second.
 */
const LOOK_UP_EACH_MS = 1_000;
const MAX_AGE_MS = 60 * MINUTE_MS;

export interface IdentityKeysOptions {
  /** The URL of the issuer's public keys. */
  jwksUrl: string;
  /** The maximum age of keys while they cannot be read again; an hour by default. */
  maxKeyAgeMs?: number | undefined;
  /** The clock, in milliseconds; by default a monotonic one, so that no key gets younger. */
  now?: (() => number) | undefined;
  log: Logger;
}

export interface IdentityKeys {
  /** Finds the key of a token, for jose. Without keys, throws the error of the last read. */
  find: JWTVerifyGetKey;
  /** Resolves when there are keys for the next request; else throws the error of the read. */
  ready(): Promise<void>;
}

/**
 * The public keys of an identity provider (RFC 7517). After the first read no request waits for another, and the keys
 * stay in use while the provider is down, up to a maximum age: a withdrawn key must not be accepted forever. jose picks
 * the key and fetches the set; this code decides when to fetch, because jose lets requests wait when its set is old.
 */
export function createIdentityKeys(options: IdentityKeysOptions): IdentityKeys {
  const { jwksUrl, maxKeyAgeMs = MAX_AGE_MS, now = () => performance.now(), log } = options;
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: 3_000,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
  });
  let readAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let reading: Promise<void> | undefined;

  /** One request at a time, shared by all callers. */
  function read(): Promise<void> {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readOnce(): Promise<void> {
    triedAt = now();
    failure = undefined;
    try {
      await keys.reload();
      readAt = now();
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  function refreshInBackground(): void {
    if (now() - readAt < REFRESH_AFTER_MS || now() - triedAt < RETRY_EACH_MS) return;
    read().catch((error) =>
      log.warn({ err: error }, 'the identity keys are old and cannot be read; retrying'),
    );
  }

  async function ready(): Promise<void> {
    if (now() - readAt >= maxKeyAgeMs) await read();
    else refreshInBackground();
  }

  /** An unknown key id may be new. If the keys cannot be read, its token is neither accepted nor refused. */
  async function lookUp(error: unknown): Promise<void> {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    if (now() - triedAt >= LOOK_UP_EACH_MS || reading) await read();
    else throw failure ?? error;
  }

  const find: JWTVerifyGetKey = async (header, token) => {
    await ready();
    return keys(header, token).catch(async (error) => {
      await lookUp(error);
      return keys(header, token);
    });
  };

  return { find, ready };
}
