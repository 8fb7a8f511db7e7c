import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openExporter } from './exporters.ts';
import { readBatchSettings, readExportSettings, readMetricSettings, type Signal } from './settings.ts';

const SIGNALS: Signal[] = ['traces', 'metrics', 'logs'];
const URL = 'http://collector:4318';

for (const signal of SIGNALS) {
  const name = signal.toUpperCase();
  const read = (env: Record<string, string>) => readExportSettings(signal, env);

  test(`${signal} are exported when an endpoint is set, and by the signal's own variables first`, () => {
    const usual = { signal, protocol: 'http/protobuf', timeoutMs: 5_000 };

    assert.equal(read({}), undefined);
    assert.equal(read({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }), undefined);
    assert.deepEqual(read({ OTEL_EXPORTER_OTLP_ENDPOINT: URL }), usual);
    assert.deepEqual(read({ [`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`]: URL }), usual);
    assert.deepEqual(read({ [`OTEL_${name}_EXPORTER`]: 'otlp' }), usual);
    assert.deepEqual(
      read({
        OTEL_EXPORTER_OTLP_ENDPOINT: URL,
        ...{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', [`OTEL_EXPORTER_OTLP_${name}_PROTOCOL`]: 'http/json' },
        ...{ OTEL_EXPORTER_OTLP_TIMEOUT: '1000', [`OTEL_EXPORTER_OTLP_${name}_TIMEOUT`]: '700' },
      }),
      { signal, protocol: 'http/json', timeoutMs: 700 },
    );
  });

  test(`${signal} are not exported with the exporter none, or a disabled SDK`, () => {
    assert.equal(read({ OTEL_EXPORTER_OTLP_ENDPOINT: URL, [`OTEL_${name}_EXPORTER`]: 'none' }), undefined);
    assert.equal(read({ OTEL_EXPORTER_OTLP_ENDPOINT: URL, OTEL_SDK_DISABLED: 'true' }), undefined);
  });

  test(`another exporter for ${signal} is refused, since it would not redact`, () => {
    assert.throws(() => read({ [`OTEL_${name}_EXPORTER`]: 'console' }), /is otlp or none, not "console"/);
  });

  test(`each protocol of the specification has an exporter for ${signal}; an unknown one is refused with their names`, async () => {
    for (const protocol of ['grpc', 'http/json', 'http/protobuf']) {
      const exporter = await openExporter(signal, { protocol, timeoutMs: 1_000 });
      await exporter.shutdown();
    }
    await assert.rejects(
      openExporter(signal, { protocol: 'smoke', timeoutMs: 1_000 }),
      /is grpc, http\/json, http\/protobuf, not "smoke"/,
    );
  });
}

test('a batch has the defaults of the specification, and is never larger than its queue', () => {
  const [spans, records] = (['OTEL_BSP', 'OTEL_BLRP'] as const).map((prefix) =>
    readBatchSettings(prefix, {}),
  );

  assert.deepEqual(spans, { maxQueueSize: 2_048, maxExportBatchSize: 512, scheduledDelayMillis: 5_000 });
  assert.deepEqual(records, { ...spans, scheduledDelayMillis: 1_000 });
  assert.equal(readBatchSettings('OTEL_BSP', { OTEL_BSP_MAX_QUEUE_SIZE: '10' }).maxExportBatchSize, 10);
});

test('metrics are exported each ten seconds, and an export ends before the next begins', () => {
  const settings = { signal: 'metrics' as const, protocol: 'grpc', timeoutMs: 5_000 };
  const timings = (env: Record<string, string>) => Object.values(readMetricSettings(settings, env));

  assert.deepEqual(timings({}), [10_000, 5_000]);
  assert.deepEqual(timings({ OTEL_METRIC_EXPORT_INTERVAL: '1000' }), [1_000, 1_000]);
  assert.deepEqual(timings({ OTEL_METRIC_EXPORT_TIMEOUT: '700' }), [10_000, 700]);
});

for (const wrong of ['soon', '0', '-1', 'NaN'])
  test(`a time or a size of "${wrong}" is refused with the name of its variable`, () => {
    assert.throws(
      () => readBatchSettings('OTEL_BLRP', { OTEL_BLRP_SCHEDULE_DELAY: wrong }),
      /^Error: OTEL_BLRP_SCHEDULE_DELAY is a number above 0/,
    );
  });
