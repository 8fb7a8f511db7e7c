import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { atTheEnd } from './at-the-end.ts';

export interface TokenOptions {
  /** The token's subject; a new one by default. */
  subject?: string;
  /** Separated by spaces. */
  scope?: string;
}

export interface TokenIssuer {
  issuer: string;
  jwksUrl: string;
  audience: string;
  /** A valid token. */
  token(options?: TokenOptions): Promise<string>;
  /** One token for each way in which a token can be invalid. */
  wrongTokens(): Promise<Record<string, string>>;
}

const AUDIENCE = 'tenfold';
const ALGORITHM = 'ES256';

/** Starts a token issuer for this test file; it signs any claims. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const [ours, strangers] = await Promise.all([
    generateKeyPair(ALGORITHM),
    generateKeyPair(ALGORITHM, { extractable: true }),
  ]);
  const publicKey = await exportJWK(ours.publicKey);
  const issuer = await serveKeys({ keys: [{ ...publicKey, kid: 'ours', alg: ALGORITHM, use: 'sig' }] });
  const claims = () => ({
    sub: randomUUID(),
    iss: issuer,
    aud: AUDIENCE,
    exp: inSeconds(600),
    iat: inSeconds(0),
  });
  const sign = (changes: object, key: CryptoKey = ours.privateKey) =>
    new SignJWT({ ...claims(), ...changes }).setProtectedHeader({ alg: ALGORITHM, kid: 'ours' }).sign(key);

  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    audience: AUDIENCE,
    token: ({ subject = randomUUID(), scope } = {}) => sign({ sub: subject, ...(scope && { scope }) }),
    wrongTokens: async () => ({
      'no token at all': 'hello',
      expired: await sign({ exp: inSeconds(-10) }),
      'not valid yet': await sign({ nbf: inSeconds(600) }),
      'without an end': await sign({ exp: undefined }),
      'without a time of issue': await sign({ iat: undefined }),
      'signed by another key': await sign({}, strangers.privateKey),
      'of another issuer': await sign({ iss: 'https://elsewhere.example' }),
      'for another audience': await sign({ aud: 'elsewhere' }),
      'without a subject': await sign({ sub: undefined }),
      'whose subject is no UUID': await sign({ sub: 'root' }),
      'not signed': new UnsecuredJWT(claims()).encode(),
      'signed with the public key as a secret': await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'ours' })
        .sign(new TextEncoder().encode(JSON.stringify(publicKey))),
      'that was changed': changePayload(await sign({})),
    }),
  };
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

function changePayload(token: string): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: randomUUID() })).toString('base64url');
  return [header, changed, signature].join('.');
}

async function serveKeys(jwks: object): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
