import type { FastifyRequest } from 'fastify';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { problem } from '../responses/problem.ts';
import { id } from './fields.ts';
import type { IdentityKeys } from './identity-keys.ts';

/** Who may call a route: everyone, each caller with a valid token, or callers whose token has this scope. */
export type Access = 'public' | 'authenticated' | { scope: string };

export interface Caller {
  /** `sub` of the token, a UUID. */
  id: string;
  scopes: string[];
}

export interface IdentityOptions {
  issuer: string;
  /** The URL of the issuer's public keys. From configuration, never from a token. */
  jwksUrl: string;
  audience: string;
  /** The maximum age of keys while the issuer is unavailable; an hour by default. */
  maxKeyAgeMs?: number;
}

/** Checks a request against the access rule of its route; returns the caller, or undefined on a public route. */
export type Authenticate = (request: FastifyRequest, access: Access) => Promise<Caller | undefined>;

/** jose's error codes when it cannot read the issuer's keys: the token may be valid. */
const NO_KEYS = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

const Claims = z.object({ sub: id, scope: z.string().default('') });

/** How long a verified token is accepted without another verification, even if its key is withdrawn. */
const ACCEPTED_MS = 30_000;
const MAX_TOKENS = 10_000;

/**
 * Verifies access tokens (RFC 6750, RFC 9068): issuer, audience, algorithms and required claims are all pinned, because
 * by default the library trusts the token. To verify a signature costs about 90 us, so a token that is sent again is not
 * verified each time.
 *
 * @throws Problem unauthenticated, forbidden; overloaded when the issuer's keys are unavailable
 */
export function createAuthenticate(
  { issuer, audience }: Pick<IdentityOptions, 'issuer' | 'audience'>,
  keys: IdentityKeys,
  now: () => number = () => performance.now(),
): Authenticate {
  const callers = new LRUCache<string, { caller: Caller; until: number }>({ max: MAX_TOKENS });

  async function verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keys.find, {
      issuer,
      audience,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: 2,
    });
    return payload;
  }

  async function identify(token: string): Promise<Caller> {
    const known = callers.get(token);
    if (known && now() < known.until) return known.caller;
    const payload = await verify(token).catch(asProblem);
    const claims = Claims.safeParse(payload);
    if (!claims.success) throw invalidToken('Its subject is not a UUID.');
    const caller = { id: claims.data.sub, scopes: claims.data.scope.split(' ') };
    const validMs = Number(payload.exp) * 1_000 - Date.now();
    callers.set(token, { caller, until: now() + Math.min(ACCEPTED_MS, validMs) });
    return caller;
  }

  return async (request, access) => {
    if (access === 'public') return undefined;
    const caller = await identify(bearerToken(request));
    if (access !== 'authenticated' && !caller.scopes.includes(access.scope)) throw lacksScope(access.scope);
    return caller;
  };
}

function bearerToken(request: FastifyRequest): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token) return token;
  const headers = { 'www-authenticate': 'Bearer' };
  throw problem('unauthenticated', 'Send a token: Authorization: Bearer <token>.', { headers });
}

function asProblem(error: unknown): never {
  const isAboutToken = error instanceof errors.JOSEError && !NO_KEYS.has(error.code);
  if (!isAboutToken) {
    const retry = { retryAfterSeconds: 1, cause: error };
    throw problem('overloaded', "The identity provider's keys are unavailable.", retry);
  }
  throw invalidToken(
    error instanceof errors.JWTExpired
      ? 'It has expired.'
      : 'It is not from the issuer, or not for this service.',
  );
}

function invalidToken(reason: string): Error {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
  return problem('unauthenticated', `The token is invalid. ${reason}`, { headers });
}

function lacksScope(scope: string): Error {
  const headers = { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  return problem('forbidden', `The token needs the scope ${scope}.`, { headers });
}
