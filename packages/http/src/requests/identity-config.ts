import { z } from 'zod';

/** The environment of every process that serves HTTP to callers with tokens. */
export const IdentityConfig = z.object({
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  IDENTITY_ISSUER: z.url().describe('the issuer of the tokens that are accepted'),
  IDENTITY_JWKS_URL: z.url().describe("the URL of the issuer's public keys"),
  IDENTITY_AUDIENCE: z.string().describe('the audience that tokens must have'),
});
