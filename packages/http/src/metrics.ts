import { counter, gauge, histogram, ownName } from '@repo/observability';

const requestDuration = histogram({
  name: 'http.server.request.duration',
  unit: 's',
  description: 'How long do requests take, and how many fail?',
  attributes: ['http.request.method', 'http.route', 'http.response.status_code', ownName('api.version')],
});
const activeRequests = gauge({
  name: 'http.server.active_requests',
  unit: '{request}',
  description: 'How many requests are being answered now?',
});
const refused = counter({
  name: ownName('http.refused'),
  unit: '{request}',
  description: 'How many requests were refused under load, and by which limit?',
  attributes: ['http.route', 'reason'],
});

/** The limit that refused a request: the delay of the event loop, an admission rule, or a full queue of writes. */
export type RefusalReason = 'pressure' | 'admission' | 'queue';

interface MeasuredRequest {
  method: string;
  routeOptions: { url?: string | undefined };
}

let active = 0;
activeRequests.observe(() => active);

export function countRefusal(request: MeasuredRequest, reason: RefusalReason): void {
  refused.add(1, { 'http.route': routeOf(request), reason });
}

export function beginRequest(): void {
  active++;
}

/** Records a request that has been answered, or whose client has gone. */
export function endRequest(
  request: MeasuredRequest,
  { status, seconds }: { status: number; seconds: number },
): void {
  active--;
  const route = routeOf(request);
  if (HEALTH_ROUTES.has(route)) return;
  requestDuration.record(seconds, {
    'http.request.method': methodOf(request),
    'http.route': route,
    'http.response.status_code': status,
    [ownName('api.version')]: /^\/(v\d+)\//.exec(route)?.[1],
  });
}

/** The template of the route, never the path: paths contain ids. */
function routeOf({ routeOptions }: MeasuredRequest): string {
  return routeOptions.url ?? 'unknown';
}

/** Their callers are probes, and their 503 is an answer. */
export const HEALTH_ROUTES = new Set(['/livez', '/readyz']);

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A client may send a method of any name. (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/) */
function methodOf({ method }: MeasuredRequest): string {
  return METHODS.has(method) ? method : '_OTHER';
}
