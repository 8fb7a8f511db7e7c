import type { Logger } from '@tenfold/observability';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { type Access, type Caller, createAuthenticate, type IdentityOptions } from './auth.ts';
import { closeConnections } from './closing.ts';
import { evaluatePreconditions } from './conditional-requests.ts';
import { ignoreEmptyBodies } from './empty-body.ts';
import { answerErrors } from './errors.ts';
import { addHealth } from './health.ts';
import { requireHost } from './host-header.ts';
import { createIdentityKeys } from './identity-keys.ts';
import { parseJsonBody } from './json-body.ts';
import { describeRoutes } from './openapi.ts';
import { validateParameters } from './parameters.ts';
import { refuseUnderPressure } from './pressure.ts';
import { problem } from './problem.ts';
import { refuseUnknownRoutes } from './routes.ts';
import { limitHandlers } from './time-limit.ts';
import { beginTrace, genRequestId, traceRequests } from './tracing.ts';
import { createUnparsedRequests } from './unparsed-requests.ts';
import { validateWithZod, type ZodTypeProvider } from './validation.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this route. */
    access?: Access;
    /** Throws while this route takes nothing more: asked before anything is done for a request. */
    admit?: () => void;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

export interface HttpOptions {
  /** The service's name, which heads its OpenAPI document. */
  service: string;
  identity: IdentityOptions;
  log: Logger;
  /** Checks what the next request needs; throws when it is not there. */
  checkReady: () => Promise<void>;
  /** Whether an error means that something this service needs is away for now: answered with 503 instead of 500. */
  isUnavailable: (error: unknown) => boolean;
  /** How long requests are answered once this process has said that it leaves. */
  drainMs?: number;
  /** How long a handler may take. */
  handlerMs?: number;
  /** How long a request may take to arrive. */
  requestMs?: number;
  /** How late the event loop may come to what is due, on average over a second; beyond it requests are refused. */
  maxDelayMs?: number;
  /** The clock by which the keys of the identity provider age, in milliseconds. */
  now?: () => number;
}

export type HttpServer = Awaited<ReturnType<typeof createHttpServer>>;

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_LIMIT_MS = 30_000;
const CHECK_CONNECTIONS_EACH_MS = 5_000;
/** A connection to the database (5 s), and a statement (10 s). */
const HANDLER_LIMIT_MS = 15_000;
/** At the knee of the benchmark it is some milliseconds late. A second late, refusing is all that can still be done. */
const MAX_DELAY_MS = 1_000;
/** As long as a request line can be: a parameter that is too long names nothing, and is answered so. */
const ROUTER = { maxParamLength: 16_384 };

/**
 * A Fastify server with what all our services share. A request is checked in this order: whether there is room for
 * it (503), its route (404, 405), its token (401, 403), its body's size and type (413, 415), its JSON, what the route's
 * `preValidation` asks, its values.
 *
 * @throws from the declaration of a route that has no access rule
 */
export async function createHttpServer(options: HttpOptions) {
  const { service, identity, log, checkReady, isUnavailable } = options;
  const { drainMs = 0, handlerMs = HANDLER_LIMIT_MS, maxDelayMs = MAX_DELAY_MS } = options;
  const { requestMs = REQUEST_LIMIT_MS, now } = options;
  const app: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // While it closes, what still comes over an open connection is answered like all that came before.
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
    // A path that cannot be decoded: it reaches neither hooks nor routes.
    frameworkErrors: (error, request, reply) => {
      beginTrace(request, reply);
      answerErrors(isUnavailable)(error, request, reply);
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
  app.setErrorHandler(answerErrors(isUnavailable));
  app.decorateRequest('caller', undefined);

  closeConnections(app, drainMs);
  traceRequests(app);
  requireHost(app);
  await refuseUnderPressure(app, maxDelayMs);
  const unparsed = createUnparsedRequests(refuseUnknownRoutes(app, ROUTER));
  unparsed.listen(app.server);
  const keys = createIdentityKeys({ ...identity, now, log });
  const authenticate = createAuthenticate(identity, keys);
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

/** Who calls, on a route that needs a token. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller)
    throw problem('internal', 'This route is open to everyone, so nobody is known to call.');
  return request.caller;
}
