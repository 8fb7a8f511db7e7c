import { logs, metrics, trace } from '@opentelemetry/api';

/** The provider of the SDK, behind that of the API; without an SDK it has no `forceFlush`. */
interface Provider {
  getDelegate?: () => Provider;
  forceFlush?: (options: { timeoutMillis: number }) => Promise<void>;
}

/**
 * Exports what has been recorded: spans, metrics and log lines. To be called before the process ends.
 *
 * @param limitMs the longest time that it takes, whether the collector replies or not
 * @throws Error when something was not exported
 */
export async function flushTelemetry(limitMs = 2_000): Promise<void> {
  const providers = [trace.getTracerProvider(), metrics.getMeterProvider(), logs.getLoggerProvider()];
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`The export took more than ${limitMs} ms.`)), limitMs);
  const flushes = Promise.allSettled(providers.map((provider) => flush(provider as Provider, limitMs)));
  const results = await Promise.race([flushes, timeout]).finally(() => clearTimeout(timer));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw errorOf((failed as PromiseRejectedResult).reason);
}

async function flush(provider: Provider, timeoutMillis: number): Promise<void> {
  await (provider.getDelegate?.() ?? provider).forceFlush?.({ timeoutMillis });
}

/** The provider of spans throws a list of errors. */
function errorOf(reason: unknown): Error {
  return (Array.isArray(reason) ? reason[0] : reason) as Error;
}
