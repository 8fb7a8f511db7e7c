import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { inherited, observed } from '../system/environment.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { openControlServer } from './control-server.ts';

const OTLP = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: 't',
              spanId: 's',
              name: 'n',
              kind: 1,
              startTimeUnixNano: '1',
              endTimeUnixNano: '2',
            },
          ],
        },
      ],
    },
  ],
};

async function open(t: TestContext) {
  const done: string[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'control-'));
  const telemetry = openTelemetry(dir, () => {});
  const control = async (verb: string, name: string) => {
    done.push(`${verb} ${name}`);
    return 'done';
  };
  const { url, secret, collector, close } = await openControlServer({
    control,
    processes: () => [],
    telemetry,
  });
  t.after(() => {
    close();
    telemetry.close();
    rmSync(dir, { recursive: true });
  });
  type Body = string | Uint8Array<ArrayBuffer>;
  const post = async (path: string, authorization: string, body: Body, more = {}) =>
    (await fetch(url + path, { method: 'POST', body, headers: { authorization, ...more } })).status;
  const ask = async (authorization: string, method: string, path: string) => {
    const body = method === 'POST' ? JSON.stringify(OTLP) : null;
    return (await fetch(`${url}${path}`, { method, body, headers: { authorization } })).status;
  };
  const env = observed(inherited({}, 'id'), collector, 'order');
  const [, header = ''] = /^authorization=(.*)$/.exec(env.OTEL_EXPORTER_OTLP_HEADERS ?? '') ?? [];
  return { ask, post, done, telemetry, toSend: decodeURIComponent(header), toCommand: `Bearer ${secret}` };
}

test('the secret for telemetry gives access to nothing else', async (t) => {
  const { ask, done, telemetry, toSend } = await open(t);
  for (const signal of ['traces', 'metrics', 'logs'])
    assert.equal(await ask(toSend, 'POST', `/v1/${signal}`), 200, signal);
  assert.equal(telemetry.spans('t').length, 1);
  assert.equal(await ask(toSend, 'POST', '/v1/processes/order/stop'), 401);
  assert.equal(await ask(toSend, 'GET', '/v1/processes'), 401);
  assert.equal(await ask(toSend, 'GET', '/v1/traces/t'), 401);
  assert.equal(await ask(toSend, 'GET', '/v1/metrics/10'), 401);
  assert.deepEqual(done, []);
});

test('the secret for commands gives access to the status, and not to sending telemetry', async (t) => {
  const { ask, done, toCommand } = await open(t);
  assert.equal(await ask(toCommand, 'POST', '/v1/processes/order/stop'), 200);
  assert.deepEqual(done, ['stop order']);
  assert.equal(await ask(toCommand, 'GET', '/v1/processes'), 200);
  assert.equal(await ask(toCommand, 'GET', '/v1/traces/t'), 200);
  assert.equal(await ask(toCommand, 'GET', '/v1/metrics/10'), 200);
  assert.equal(await ask(toCommand, 'GET', '/v1/metrics/a-while'), 400);
  for (const signal of ['traces', 'metrics', 'logs'])
    assert.equal(await ask(toCommand, 'POST', `/v1/${signal}`), 401, signal);
});

test('a request without a secret is refused', async (t) => {
  const { ask } = await open(t);
  for (const authorization of ['', 'Bearer ', 'Bearer no'])
    for (const path of ['/v1/traces', '/v1/metrics', '/v1/logs', '/v1/processes/order/stop'])
      assert.equal(await ask(authorization, 'POST', path), 401);
});

test('a malformed body is answered with 400, and the next one is received', async (t) => {
  const { post, telemetry, toSend } = await open(t);
  const malformed = {
    '/v1/traces': [
      '',
      '{',
      'null',
      '{"resourceSpans":5}',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"s"}]}]}]}',
    ],
    '/v1/metrics': [
      '',
      '[]',
      '{"resourceMetrics":5}',
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{}]}]}]}',
    ],
    '/v1/logs': ['', '[]', '{"resourceLogs":5}'],
  };
  for (const [path, bodies] of Object.entries(malformed))
    for (const body of bodies) assert.equal(await post(path, toSend, body), 400, `${path} ${body}`);
  assert.equal(await post('/v1/traces', toSend, JSON.stringify(OTLP)), 200);
  assert.equal(telemetry.spans('t').length, 1);
});

test('a body may be compressed, and neither form may be too long', async (t) => {
  const { post, telemetry, toSend } = await open(t);
  const gzip = { 'content-encoding': 'gzip' };
  assert.equal(await post('/v1/traces', toSend, gzipSync(JSON.stringify(OTLP)), gzip), 200);
  assert.equal(telemetry.spans('t').length, 1);
  const long = gzipSync(Buffer.alloc(17 * 1024 * 1024, ' '));
  assert.equal(await post('/v1/traces', toSend, long, gzip), 400);
  assert.equal(await post('/v1/traces', toSend, gzipSync('{').subarray(0, 5), gzip), 400);
});
