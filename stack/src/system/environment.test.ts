import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inherited, observed, sentElsewhere } from './environment.ts';

const collector = { url: 'http://127.0.0.1:1', secret: 's3cret' };

test('a process inherits the environment, except for the addresses of servers, which contain passwords', () => {
  const given = { POSTGRES_URL: 'postgres://admin:pw@x/y', REDIS_URL: 'redis://:pw@x', LANG: 'C' };
  assert.deepEqual(inherited(given, 'id'), { REDIS_NAMESPACE: 'tenfold.id:', LANG: 'C' });
  assert.equal(inherited({ ...given, REDIS_NAMESPACE: 'mine:' }, 'id').REDIS_NAMESPACE, 'mine:');
  assert.equal(inherited({}, 'id').REDIS_NAMESPACE, undefined);
});

test('telemetry goes to the collector of the stack, with its secret, and metrics each second', () => {
  const env = observed({}, collector, 'order-2');
  assert.equal(env.OTEL_EXPORTER_OTLP_ENDPOINT, collector.url);
  assert.equal(env.OTEL_EXPORTER_OTLP_HEADERS, 'authorization=Bearer%20s3cret');
  assert.equal(env.OTEL_METRIC_EXPORT_INTERVAL, '1000');
  assert.equal(observed({ OTEL_METRICS_EXPORTER: 'none' }, collector, 'order').OTEL_METRICS_EXPORTER, 'none');
  assert.deepEqual(sentElsewhere({}), { traces: null, metrics: null });
});

const ENDPOINTS = ['', '_TRACES', '_METRICS', '_LOGS'].map(
  (signal) => `OTEL_EXPORTER_OTLP${signal}_ENDPOINT`,
);

test('where the user names another collector, it does not get the secret, and everything is as the user sets it', () => {
  for (const variable of ENDPOINTS) {
    const given = { [variable]: 'http://elsewhere', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const env = observed(given, collector, 'order');
    assert.equal(env[variable], 'http://elsewhere');
    assert.equal(env.OTEL_EXPORTER_OTLP_PROTOCOL, 'grpc');
    assert.equal(env.OTEL_METRIC_EXPORT_INTERVAL, undefined);
    assert.doesNotMatch(JSON.stringify(env), /s3cret/, variable);
    assert.deepEqual(sentElsewhere(given), { traces: variable, metrics: variable });
  }
});

test('a signal that is not exported is sent nowhere, and the setting is named', () => {
  const none = { OTEL_METRICS_EXPORTER: 'none' };
  assert.deepEqual(sentElsewhere(none), { traces: null, metrics: 'OTEL_METRICS_EXPORTER=none' });
  const disabled = 'OTEL_SDK_DISABLED=true';
  assert.deepEqual(sentElsewhere({ OTEL_SDK_DISABLED: 'true' }), { traces: disabled, metrics: disabled });
});

test('each process has its name as the id of its instance, unless the user gives one', () => {
  const attributesOf = (given: NodeJS.ProcessEnv) =>
    observed(given, collector, 'order-2').OTEL_RESOURCE_ATTRIBUTES;
  assert.equal(attributesOf({}), 'service.instance.id=order-2');
  assert.equal(
    attributesOf({ OTEL_RESOURCE_ATTRIBUTES: 'host.name=x' }),
    'service.instance.id=order-2,host.name=x',
  );
  const own = 'service.instance.id=mine';
  assert.equal(attributesOf({ OTEL_RESOURCE_ATTRIBUTES: own }), own);
});
