import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import createRouter, { type HTTPMethod } from 'find-my-way';
import { type Problem, problem } from '../responses/problem.ts';

/**
 * Refuses requests without a route before their token and their body are checked: 404 if there is no such path, and 405
 * if the path has other methods (RFC 9110, §15.5.6). A router of the kind that Fastify uses, with the same settings,
 * finds the methods of a path, so that both read a path alike: in absolute form, with percent-encodings, with dots.
 *
 * @param routerOptions those of Fastify
 * @returns a function that returns the problem of a URL for a method that no route has
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
    // For a path that it cannot decode, the router returns a route without a store.
    if (url.startsWith('/') && found.some(({ route }) => route?.store === null)) return undecodablePath();
    const allowed = found.filter(({ route }) => route?.store?.isRoute).map(({ method }) => method);
    if (allowed.length === 0) return problem('not-found', 'There is no such path.');
    const allow = allowed.join(', ');
    return problem('method-not-allowed', `This path allows ${allow}.`, { headers: { allow } });
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
