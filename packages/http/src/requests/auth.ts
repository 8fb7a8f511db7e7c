import type { FastifyRequest } from 'fastify';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { problem } from '../responses/problem.ts';
import { id } from './fields.ts';
import type { IdentityKeys } from './identity-keys.ts';

/** Who may call a route: everyone, a customer with a token, or a token with this scope. */
export type Access = 'public' | 'customer' | { scope: 'stock:write' | 'operations' };

export interface Caller {
  /** `sub` of the token: the customer's id. */
  id: string;
  scopes: string[];
}

export interface IdentityOptions {
  issuer: string;
  /** Where the issuer's public keys are. From configuration, never from a token. */
  jwksUrl: string;
  audience: string;
  /** How long keys serve while the issuer cannot be asked for them again; an hour unless told. */
  maxKeyAgeMs?: number;
}

/** Checks a request against the access rule of its route; answers who calls, or undefined where everyone may. */
export type Authenticate = (request: FastifyRequest, access: Access) => Promise<Caller | undefined>;

/** What jose says when it cannot read the issuer's keys, which is not the token's fault. */
const NO_KEYS = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

const Claims = z.object({ sub: id, scope: z.string().default('') });

/** For so long a token that was verified is believed without being verified again, should its key be withdrawn. */
const BELIEVED_MS = 30_000;
const MOST_TOKENS = 10_000;

/**
 * Verifies access tokens (RFC 6750, RFC 9068): issuer, audience, algorithms and the claims that must be there are all
 * pinned, for a library left to itself takes what the token says. A signature costs about 90 us, so that of a token which
 * comes again is not verified each time.
 *
 * @throws Problem unauthenticated, forbidden; overloaded when the issuer's keys cannot be had
 */
export function createAuthenticate(
  { issuer, audience }: Pick<IdentityOptions, 'issuer' | 'audience'>,
  keys: IdentityKeys,
  now: () => number = () => performance.now(),
): Authenticate {
  const callers = new LRUCache<string, { caller: Caller; until: number }>({ max: MOST_TOKENS });

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
    if (!claims.success) throw invalidToken('Its subject is not a customer id.');
    const caller = { id: claims.data.sub, scopes: claims.data.scope.split(' ') };
    const validMs = Number(payload.exp) * 1_000 - Date.now();
    callers.set(token, { caller, until: now() + Math.min(BELIEVED_MS, validMs) });
    return caller;
  }

  return async (request, access) => {
    if (access === 'public') return undefined;
    const caller = await identify(bearerToken(request));
    if (access !== 'customer' && !caller.scopes.includes(access.scope)) throw lacksScope(access.scope);
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
    throw problem('overloaded', "The identity provider's keys cannot be had now.", retry);
  }
  throw invalidToken(error instanceof errors.JWTExpired ? 'It has expired.' : 'It is not one of ours.');
}

function invalidToken(why: string): Error {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
  return problem('unauthenticated', `The token is not valid. ${why}`, { headers });
}

function lacksScope(scope: string): Error {
  const headers = { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  return problem('forbidden', `The token needs the scope ${scope}.`, { headers });
}
