import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import {
  type MutableResponse,
  type MutableToken,
  OAuth2Server,
  type TokenRequestIncomingMessage,
} from 'oauth2-mock-server';
import type { Config } from './config.ts';
import { loadSigningKeys } from './signing-keys.ts';

/** The identity provider with its signing keys loaded, ready to listen; its URL is the issuer. */
export async function buildApp({ host, port, file, issuer }: Config) {
  const server = new OAuth2Server();
  await loadSigningKeys(server.issuer.keys, file);
  server.service.on('beforeTokenSigning', writeClaims);
  server.service.on('beforeResponse', writeAnswer);
  server.service.on(
    'beforeWellKnownOpenIdConfiguration',
    ({ body }: { body: Record<string, unknown> }, request: IncomingMessage) => {
      body.grant_types_supported = ['client_credentials'];
      if (issuer) Object.assign(body, endpointsFor(request.headers.host ?? '', body));
    },
  );
  server.service.addRoute('GET', '/livez', (_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"status":"ok"}');
  });

  return {
    async listen() {
      await server.start(port, host);
      const url = `http://${host}:${server.address().port}`;
      server.issuer.url = issuer ?? url;
      return url;
    },

    async close() {
      if (server.listening) await server.stop();
    },
  };
}

/** In a container its issuer has one name, but clients outside use another host: each gets endpoints that it can reach. */
function endpointsFor(host: string, document: Record<string, unknown>): Record<string, string> {
  const endpoints = Object.entries(document).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
  return Object.fromEntries(
    endpoints.map(([name, url]) => [name, String(url).replace(/^http:\/\/[^/]+/, `http://${host}`)]),
  );
}

/** The token is for the customer in `client_id`, with the requested audience and lifetime. */
function writeClaims({ payload }: MutableToken, request: TokenRequestIncomingMessage) {
  const { customerId, audience, lifetimeSeconds } = readTokenRequest(request);
  Object.assign(payload, { sub: customerId, aud: audience, exp: payload.iat + lifetimeSeconds });
}

function writeAnswer({ body }: MutableResponse, request: TokenRequestIncomingMessage) {
  const { lifetimeSeconds, scope } = readTokenRequest(request);
  Object.assign(body, { expires_in: lifetimeSeconds, scope });
}

/** Throws an AssertionError for an invalid request; the server answers it with 400 and its message. */
function readTokenRequest({ body }: TokenRequestIncomingMessage) {
  const form: Record<string, unknown> = { ...body };
  const { grant_type, client_id, scope = '', audience = 'tenfold', expires_in = '3600' } = form;
  assert(grant_type === 'client_credentials', "The only 'grant_type' here is client_credentials");
  assert(typeof client_id === 'string' && client_id !== '', "'client_id' is missing: the id of a customer");
  assert(typeof audience === 'string', "'audience' is given twice");
  assert(
    typeof expires_in === 'string' && /^-?\d{1,9}$/.test(expires_in),
    "'expires_in' is a whole number of seconds; a negative one makes a token that has expired",
  );
  return { customerId: client_id, audience, lifetimeSeconds: Number(expires_in), scope };
}
