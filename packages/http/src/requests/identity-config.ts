import { z } from 'zod';

/** The part of a service's environment that its HTTP server reads: its address, and the tokens that it accepts. */
export const IdentityConfig = z.object({
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  IDENTITY_ISSUER: z.url().describe('the issuer of the tokens that are accepted'),
  IDENTITY_JWKS_URL: z.url().describe("the URL of the issuer's public keys"),
  IDENTITY_AUDIENCE: z.string().describe('the audience that a token must name'),
});
