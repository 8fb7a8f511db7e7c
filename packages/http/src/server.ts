import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { closeConnections } from './limits/draining.ts';
import { addHealth } from './limits/health.ts';
import { refuseUnderPressure } from './limits/pressure.ts';
import { limitHandlers } from './limits/time-limit.ts';
import { type HttpOptions, LIMITS } from './options.ts';
import { type Access, type Caller, createAuthenticate } from './requests/auth.ts';
import { evaluatePreconditions } from './requests/conditional-requests.ts';
import { ignoreEmptyBodies } from './requests/empty-body.ts';
import { requireHost } from './requests/host-header.ts';
import { createIdentityKeys } from './requests/identity-keys.ts';
import { parseJsonBody } from './requests/json-body.ts';
import { validateParameters } from './requests/parameters.ts';
import { refuseUnknownRoutes } from './requests/unknown-routes.ts';
import { createUnparsedRequests } from './requests/unparsed-requests.ts';
import { validateWithZod, type ZodTypeProvider } from './requests/validation.ts';
import { sendErrors } from './responses/errors.ts';
import { describeRoutes } from './responses/openapi.ts';
import { problem } from './responses/problem.ts';
import { beginTrace, genRequestId, traceRequests } from './tracing.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The callers that may use this route. */
    access?: Access;
    /** Throws while this route admits no more requests: called before anything else is done for a request. */
    admit?: () => void;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

export type HttpServer = Awaited<ReturnType<typeof createHttpServer>>;

const BODY_LIMIT_BYTES = 64 * 1024;
const CHECK_CONNECTIONS_EACH_MS = 5_000;
/** The maximum length of a request line: the handler refuses a parameter that is too long, not the router. */
const ROUTER = { maxParamLength: 16_384 };

/**
 * Creates the Fastify server that all services share. A request is checked in this order: Host, overload (503), route
 * (404, 405), admission (503), token (401, 403), size and type of the body (413, 415), JSON, the route's
 * `preValidation`, values, and preconditions (412) unless the handler evaluates them.
 *
 * @throws Error from the declaration of a route that has no access rule
 */
export async function createHttpServer(options: HttpOptions) {
  const { service, identity, log, checkReady, isUnavailable, now } = options;
  const { drainMs, handlerMs, requestMs, maxDelayMs } = { ...LIMITS, ...options };
  const app: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // While the server closes, requests over open connections are answered as before.
    return503OnClosing: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: requestMs,
    http: {
      headersTimeout: requestMs,
      connectionsCheckingInterval: Math.min(CHECK_CONNECTIONS_EACH_MS, requestMs),
      requireHostHeader: false,
    },
    clientErrorHandler: (error, socket) => unparsed.clientErrorHandler(error, socket),
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    routerOptions: ROUTER,
    genReqId: genRequestId,
    // A path that cannot be decoded reaches neither hooks nor routes.
    frameworkErrors: (error, request, reply) => {
      beginTrace(request, reply);
      sendErrors(isUnavailable)(error, request, reply);
      request.span?.end();
    },
  });

  ignoreEmptyBodies(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => parseJsonBody(body),
  );
  app.setValidatorCompiler(validateWithZod);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler(sendErrors(isUnavailable));
  app.decorateRequest('caller', undefined);

  closeConnections(app, drainMs);
  traceRequests(app);
  requireHost(app);
  await refuseUnderPressure(app, maxDelayMs);
  const unparsed = createUnparsedRequests(refuseUnknownRoutes(app, ROUTER));
  unparsed.listen(app.server);
  const keys = createIdentityKeys({ ...identity, now, log });
  const authenticate = createAuthenticate(identity, keys, now);
  app.addHook('onRequest', async (request) => {
    const { access, admit } = request.routeOptions.config;
    admit?.();
    request.caller = await authenticate(request, access as Access);
  });
  validateParameters(app);
  evaluatePreconditions(app);
  limitHandlers(app, handlerMs);
  await describeRoutes(app, service);
  addHealth(app, [checkReady, keys.ready]);
  return app.withTypeProvider<ZodTypeProvider>();
}

/** The caller of a route that needs a token. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw problem('internal', 'This route is public, so its caller is unknown.');
  return request.caller;
}
