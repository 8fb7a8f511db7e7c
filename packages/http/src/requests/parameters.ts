import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { z } from 'zod';
import { type FieldError, problem } from '../responses/problem.ts';
import { escapePointer } from './json-body.ts';

/**
 * Makes sure that every parameter of every route is validated (see validateWithZod), whatever the route declares: a
 * route without query parameters refuses them, like any unknown property.
 */
export function validateParameters(app: FastifyInstance): void {
  const none = z.strictObject({});
  app.addHook('onRoute', (route: RouteOptions) => {
    const names = [...route.url.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
    const params = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
    route.schema = { querystring: none, ...(names.length > 0 && { params }), ...route.schema };
  });
  app.addHook('preValidation', refuseMalformedQuery);
}

/**
 * Refuses malformed percent-encodings and bytes that are not UTF-8 (lone surrogates are not). The parser of the query
 * would keep them undecoded, which is a text that the client did not send. The router, which decodes the path, refuses
 * the same.
 */
async function refuseMalformedQuery({ url }: FastifyRequest): Promise<void> {
  const query = url.slice(url.indexOf('?') + 1);
  if (query.length === url.length || isDecodable(query)) return;
  const errors = query.split('&').flatMap(refusalOfParameter);
  throw problem('invalid-request', 'The query cannot be decoded.', { errors });
}

function refusalOfParameter(parameter: string): FieldError[] {
  if (isDecodable(parameter)) return [];
  const [name = ''] = parameter.split('=');
  const path = `/${escapePointer(isDecodable(name) ? decodeURIComponent(name) : name)}`;
  return [{ path, message: 'It is not valid UTF-8 in percent-encoding.' }];
}

function isDecodable(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
