import { logs, metrics, trace } from '@opentelemetry/api';

/** The provider of the SDK, behind that of the API; without an SDK it has no `forceFlush`. */
type Provider = {
  getDelegate?: () => Provider;
  forceFlush?: (options: { timeoutMillis: number }) => Promise<void>;
};

/**
 * Exports what has been recorded: spans, metrics and log lines. To be called before the process ends.
 *
 * @param limitMs the longest time that it takes, whether the collector replies or not
 * @throws Error when something was not exported
 */
export async function flushTelemetry(limitMs = 2_000): Promise<void> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`The export took more than ${limitMs} ms.`)), limitMs);
  const providers = [trace.getTracerProvider(), metrics.getMeterProvider(), logs.getLoggerProvider()];
  try {
    await Promise.race([
      Promise.all(providers.map((provider) => flush(provider as Provider, limitMs))),
      timeout,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

async function flush(provider: Provider, timeoutMillis: number): Promise<void> {
  await (provider.getDelegate?.() ?? provider).forceFlush?.({ timeoutMillis });
}
