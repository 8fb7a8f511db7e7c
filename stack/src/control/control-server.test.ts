import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { inherited, traced } from '../system/environment.ts';
import { openControlServer } from './control-server.ts';
import { openSpanStore } from './spans.ts';

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
  const spans = openSpanStore();
  const control = async (verb: string, name: string) => {
    done.push(`${verb} ${name}`);
    return 'done';
  };
  const { url, secret, collector, close } = await openControlServer({ control, processes: () => [], spans });
  t.after(close);
  const ask = async (authorization: string, method: string, path: string) => {
    const body = method === 'POST' ? JSON.stringify(OTLP) : null;
    return (await fetch(`${url}${path}`, { method, body, headers: { authorization } })).status;
  };
  const env = traced(inherited({}, 'id'), collector);
  const [, header = ''] = /^authorization=(.*)$/.exec(env.OTEL_EXPORTER_OTLP_HEADERS ?? '') ?? [];
  return { ask, done, spans, toSend: decodeURIComponent(header), toCommand: `Bearer ${secret}` };
}

test('the secret for spans gives access to nothing else', async (t) => {
  const { ask, done, spans, toSend } = await open(t);
  assert.equal(await ask(toSend, 'POST', '/v1/traces'), 200);
  assert.equal(spans.spans('t').length, 1);
  assert.equal(await ask(toSend, 'POST', '/v1/processes/order/stop'), 401);
  assert.equal(await ask(toSend, 'GET', '/v1/processes'), 401);
  assert.equal(await ask(toSend, 'GET', '/v1/traces/t'), 401);
  assert.deepEqual(done, []);
});

test('the secret for commands gives access to the status, and not to sending spans', async (t) => {
  const { ask, done, toCommand } = await open(t);
  assert.equal(await ask(toCommand, 'POST', '/v1/processes/order/stop'), 200);
  assert.deepEqual(done, ['stop order']);
  assert.equal(await ask(toCommand, 'GET', '/v1/processes'), 200);
  assert.equal(await ask(toCommand, 'GET', '/v1/traces/t'), 200);
  assert.equal(await ask(toCommand, 'POST', '/v1/traces'), 401);
});

test('a request without a secret is refused', async (t) => {
  const { ask } = await open(t);
  for (const authorization of ['', 'Bearer ', 'Bearer no'])
    for (const path of ['/v1/traces', '/v1/processes/order/stop'])
      assert.equal(await ask(authorization, 'POST', path), 401);
});
