import type { Logger } from '@repo/observability';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

const MINUTE_MS = 60_000;
/** Keys older than this are asked for again, while they serve. */
const REFRESH_AFTER_MS = 10 * MINUTE_MS;
/** How often a refresh is tried while it fails. */
const RETRY_EACH_MS = 5_000;
/**
 * How soon after one request for the keys an unknown key id may cause another. An issuer publishes a key before it signs
 * with it, so a second costs no good token; and a flood of invented ids costs the issuer one request a second.
 */
const LOOK_UP_EACH_MS = 1_000;
const MAX_AGE_MS = 60 * MINUTE_MS;

export interface IdentityKeysOptions {
  /** Where the issuer's public keys are. */
  jwksUrl: string;
  /** How long keys serve while they cannot be asked for again; an hour unless told. */
  maxKeyAgeMs?: number | undefined;
  /** The clock, in milliseconds; a monotonic one unless told, so that no key gets younger. */
  now?: (() => number) | undefined;
  log: Logger;
}

export interface IdentityKeys {
  /** Finds the key of a token, for jose. Throws what prevented the keys from being read, where there are none. */
  find: JWTVerifyGetKey;
  /** Resolves when there are keys for the next request; else throws what prevented them from being read. */
  ready(): Promise<void>;
}

/**
 * The public keys of an identity provider (RFC 7517). Once they have been read, no request waits for them to be read
 * again, and they serve while the provider is down, up to a maximum age: a withdrawn key must not serve forever. jose
 * picks the key and fetches the set; when to fetch is decided here, since jose waits for a fetch when its set is old.
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

  /** One request at a time, whoever waits for it. */
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

  /** A key id that is not known may be new. Where that cannot be found out, its token is neither right nor wrong. */
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
