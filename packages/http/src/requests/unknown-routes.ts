import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import createRouter, { type HTTPMethod } from 'find-my-way';
import { type Problem, problem } from '../responses/problem.ts';

/**
 * Refuses requests that no route takes, before their token and their body are looked at: 404 where there is no such
 * path, and 405 where the path takes other methods (RFC 9110, §15.5.6). Which methods a path takes is asked of the
 * router that Fastify itself uses, with the same settings, so that both understand a path alike: in absolute form, with
 * percent-encodings, with dots.
 *
 * @param routerOptions those of Fastify
 * @returns a function that tells why a URL is refused for whatever method it was asked with
 */
export function refuseUnknownRoutes(
  app: FastifyInstance,
  routerOptions: { maxParamLength: number },
): (url: string) => Problem {
  const router = createRouter({ ...routerOptions, onBadUrl: () => {} });
  const methods = new Set<HTTPMethod>();

  app.addHook('onRoute', ({ url, method, config }: RouteOptions) => {
    if (config?.access === undefined) throw new Error(`The route ${method} ${url} declares no access rule.`);
    for (const one of [method].flat() as HTTPMethod[]) {
      methods.add(one);
      router.on(one, url, () => {}, { isRoute: true });
    }
  });

  function refusalOf(url: string): Problem {
    const found = [...methods].map((method) => ({ method, route: router.find(method, url) }));
    // The router answers a path that it cannot decode with a route that is none of ours.
    if (url.startsWith('/') && found.some(({ route }) => route?.store === null)) return undecodablePath();
    const allowed = found.filter(({ route }) => route?.store?.isRoute).map(({ method }) => method);
    if (allowed.length === 0) return problem('not-found', 'There is no such path.');
    const allow = allowed.join(', ');
    return problem('method-not-allowed', `This path takes ${allow}.`, { headers: { allow } });
  }

  app.addHook('onRequest', async (request: FastifyRequest) => {
    if (request.is404) throw refusalOf(request.url);
  });
  return refusalOf;
}

export function undecodablePath(cause?: unknown): Problem {
  const errors = [{ path: '', message: 'The path is not valid UTF-8 in percent-encoding.' }];
  return problem('invalid-request', 'The path cannot be decoded.', { errors, cause });
}
