import type { FastifyInstance, RouteOptions } from 'fastify';
import { z } from 'zod';
import { problem } from './problem.ts';

/** Answers 404 where there is no route, and 405 where there is one for other methods, before the body is looked at. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const routes: { pattern: RegExp; methods: string[] }[] = [];

  app.addHook('onRoute', ({ url, method, config }: RouteOptions) => {
    if (config?.access === undefined) throw new Error(`The route ${method} ${url} declares no access rule.`);
    routes.push({ pattern: asPattern(url), methods: [method].flat() });
  });

  app.addHook('onRequest', async (request) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0] as string;
    const allowed = new Set(
      routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods),
    );
    if (allowed.size === 0) throw problem('not-found', 'There is no such path.');
    const allow = [...allowed].join(', ');
    throw problem('method-not-allowed', `This path takes ${allow}.`, { headers: { allow } });
  });
}

/** A route that declares no query parameters takes none: a client that sends some is told so, as with any property. */
export function refuseUnknownQueries(app: FastifyInstance): void {
  const none = z.strictObject({});
  app.addHook('onRoute', (route: RouteOptions) => {
    route.schema = { querystring: none, ...route.schema };
  });
}

/** '/v1/orders/:id' as a pattern of the paths that it matches. */
function asPattern(url: string): RegExp {
  return new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`);
}
