import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inherited, traced } from './environment.ts';

const collector = { url: 'http://127.0.0.1:1', secret: 's3cret' };

test('a process inherits the environment, except for the addresses of servers, which contain passwords', () => {
  const given = { POSTGRES_URL: 'postgres://admin:pw@x/y', REDIS_URL: 'redis://:pw@x', LANG: 'C' };
  assert.deepEqual(inherited(given, 'id'), { REDIS_NAMESPACE: 'tenfold.id:', LANG: 'C' });
  assert.equal(inherited({ ...given, REDIS_NAMESPACE: 'mine:' }, 'id').REDIS_NAMESPACE, 'mine:');
  assert.equal(inherited({}, 'id').REDIS_NAMESPACE, undefined);
});

test('traces go to the collector of the stack, with its secret', () => {
  const env = traced({}, collector);
  assert.equal(env.OTEL_EXPORTER_OTLP_ENDPOINT, collector.url);
  assert.equal(env.OTEL_EXPORTER_OTLP_HEADERS, 'authorization=Bearer%20s3cret');
});

test('where the user names another collector, it does not get the secret', () => {
  for (const variable of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) {
    const env = traced({ [variable]: 'http://elsewhere', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, collector);
    assert.equal(env[variable], 'http://elsewhere');
    assert.equal(env.OTEL_EXPORTER_OTLP_PROTOCOL, 'grpc');
    assert.doesNotMatch(JSON.stringify(env), /s3cret/, variable);
  }
});
