// The real collector with our configuration, and receivers of our own behind it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atTheEnd, eventually, openOwnFolder } from '@repo/testing';
import { startCollector } from './collector.ts';
import { gauge, logLine, post, type SpanFacts, trace } from './otlp.ts';
import { openSink } from './sink.ts';

/** Of all traces that no rule keeps, none is kept: so a trace arrives by its rule alone. */
const UNSAMPLED = { TRACE_SAMPLE_PERCENT: '0', TRACE_DECISION_WAIT: '1s' };

const sink = await openSink();
atTheEnd(sink.stop);
const collector = await startCollector(openOwnFolder(), {
  TRACES_ENDPOINT: sink.url,
  METRICS_ENDPOINT: sink.url,
  LOGS_ENDPOINT: sink.url,
  HOST_METRICS_INTERVAL: '1s',
  ...UNSAMPLED,
});
atTheEnd(collector.stop);

const KEPT: [rule: string, spans: SpanFacts[]][] = [
  ['an error', [{ name: 'fine' }, { name: 'kept-error', isError: true }]],
  ['an alarm', [{ name: 'kept-alarm', attributes: { 'tenfold.alarm': 'outbox-delayed' } }]],
  ['a slow request', [{ name: 'kept-slow-request', isServer: true, durationMs: 301 }]],
  [
    'a slow order',
    [
      { name: 'send order.placed' },
      { name: 'send order.confirmed' },
      { name: 'kept-slow-order', durationMs: 5_001 },
    ],
  ],
  ['an order that has not ended', [{ name: 'send order.placed' }, { name: 'kept-open-order' }]],
];

for (const [rule, spans] of KEPT) {
  test(`a trace with ${rule} is kept while no other is`, async () => {
    await post(collector.otlpUrl, 'traces', trace(spans));
    await arrives(spans.at(-1)?.name ?? '');
  });
}

test('a trace that is neither slow nor has an error is dropped', async () => {
  const plain: SpanFacts[] = [
    { name: 'dropped-request', isServer: true, durationMs: 299 },
    { name: 'send order.placed' },
    { name: 'send order.confirmed' },
    { name: 'dropped-step', durationMs: 400 },
  ];
  await post(collector.otlpUrl, 'traces', trace(plain));
  // It is decided a second after its first span. So a trace that comes later, and is kept, shows that this one is dropped.
  await eventually(
    async () =>
      (await own('otelcol_processor_tail_sampling_global_count_traces_sampled', { sampled: 'false' })) > 0,
  );
  await post(collector.otlpUrl, 'traces', trace([{ name: 'kept-later', isError: true }]));
  await arrives('kept-later');
  assert.doesNotMatch(sink.text(), /dropped-/);
});

test('with a part of 100 % every trace is kept', async () => {
  const all = await openSink();
  atTheEnd(all.stop);
  const generous = await startCollector(openOwnFolder(), {
    ...{ TRACES_ENDPOINT: all.url, METRICS_ENDPOINT: all.url, LOGS_ENDPOINT: all.url },
    ...UNSAMPLED,
    TRACE_SAMPLE_PERCENT: '100',
  });
  atTheEnd(generous.stop);
  await post(generous.otlpUrl, 'traces', trace([{ name: 'kept-by-chance' }]));
  await eventually(() => all.text().includes('kept-by-chance'), { timeoutMs: 20_000 });
});

/** Personal data and secrets, none of which may be left of any of these texts. */
const SECRETS = {
  'an e-mail address': 'ada.l+x@canary.example.com',
  'an e-mail address in a URL': 'canary%40example.com',
  'an e-mail address in another alphabet': 'jörg@canary.example',
  'a card number': '4242424242424242',
  'a card number with spaces': '5555 5555 5555 4444',
  'a payment token': 'tok_canary_9',
  'a bearer token': 'Bearer canary.def',
  'a JSON Web Token': 'eyJcanary.eyJzdWIi.c2ln-x_y',
  'a password in a URL': 'postgres://meter:canary@db/meter',
  'a token in a URL': 'https://x.example/?access_token=canary',
  'a secret in JSON': '{"paymentToken":"canary"}',
};
const HIDDEN = /canary|4242|5555/;

for (const [kind, secret] of Object.entries(SECRETS)) {
  test(`${kind} is removed wherever it stands`, async () => {
    const mark = `mark-${kind.replaceAll(' ', '-')}`;
    const careless = (place: string) => `${mark}-${place} ${secret} .`;
    await post(
      collector.otlpUrl,
      'traces',
      trace(
        [
          {
            name: careless('name'),
            status: careless('status'),
            isError: true,
            attributes: { any: careless('attribute') },
            events: [{ name: careless('event'), attributes: { 'exception.message': careless('exception') } }],
          },
        ],
        { 'host.name': careless('resource') },
      ),
    );
    await post(collector.otlpUrl, 'logs', logLine(careless('body'), { any: careless('fact') }));
    await post(collector.otlpUrl, 'metrics', gauge('tenfold.test', 1, { any: careless('label') }));

    for (const place of [
      'name',
      'status',
      'attribute',
      'event',
      'exception',
      'resource',
      'body',
      'fact',
      'label',
    ]) {
      await arrives(`${mark}-${place}`);
    }
    assert.doesNotMatch(sink.text(), HIDDEN);
  });
}

test('the value of a field that is named for a secret is removed, and a number that is a card', async () => {
  const facts = {
    email: 'canary',
    'user.password': 'canary',
    paymentToken: 'canary',
    amount: 4242424242424242,
  };
  await post(collector.otlpUrl, 'logs', logLine('mark-fields', facts));
  await arrives('mark-fields');
  assert.doesNotMatch(sink.text(), HIDDEN);
});

test('ids, times, amounts and paths are left as they are', async () => {
  const harmless = {
    orderId: '0198c5a0-4111-7000-8000-111111111111',
    traceId: '41111111111111111111111111111111',
    at: '1795702718679000000',
    totalCents: 123_456_789,
    frame: 'at send (/app/node_modules/.pnpm/pg@8.23.1/pg/lib/a.js:1:2)',
    package: "Cannot find package '@repo/http'",
  };
  await post(collector.otlpUrl, 'logs', logLine('mark-harmless', harmless));
  await arrives('mark-harmless');
  for (const text of Object.values(harmless).filter((value) => typeof value === 'string'))
    await arrives(text);
  assert.match(sink.text(), /totalCents/);
});

test('the disk is measured', async () => {
  await arrives('system.filesystem.utilization');
});

test('while a receiver is down the collector accepts data, counts what waits, and delivers it later', async () => {
  sink.answer(503);
  await post(collector.otlpUrl, 'logs', logLine('mark-outage'));
  await eventually(
    async () => (await own('otelcol_exporter_queue_size', { exporter: 'otlp_http/logs' })) > 0,
    {
      timeoutMs: 20_000,
    },
  );
  assert.doesNotMatch(sink.text(), /mark-outage/);
  sink.answer(200);
  await arrives('mark-outage');
});

test('what a receiver refuses for good is counted, and what comes next is delivered', async () => {
  sink.answer(400);
  await post(collector.otlpUrl, 'logs', logLine('mark-refused'));
  const refused = { exporter: 'otlp_http/logs' };
  await eventually(async () => (await own('otelcol_exporter_send_failed_log_records', refused)) === 1, {
    timeoutMs: 20_000,
  });
  sink.answer(200);
  await post(collector.otlpUrl, 'logs', logLine('mark-next'));
  await arrives('mark-next');
  assert.doesNotMatch(sink.text(), /mark-refused/);
});

test('with the overlay for a vendor all three go to one place, with its key', async () => {
  const vendor = await openSink();
  atTheEnd(vendor.stop);
  const environment = {
    VENDOR_OTLP_ENDPOINT: vendor.url,
    VENDOR_AUTHORIZATION: 'Bearer key-1',
    ...UNSAMPLED,
  };
  const overlaid = await startCollector(openOwnFolder(), environment, ['vendor.yaml']);
  atTheEnd(overlaid.stop);
  await post(overlaid.otlpUrl, 'traces', trace([{ name: 'vendor-trace', isError: true }]));
  await post(overlaid.otlpUrl, 'metrics', gauge('tenfold.vendor.metric', 1));
  await post(overlaid.otlpUrl, 'logs', logLine('vendor-log'));
  for (const text of ['vendor-trace', 'tenfold.vendor.metric', 'vendor-log']) {
    await eventually(() => vendor.text().includes(text), { timeoutMs: 20_000, what: text });
  }
  assert.deepEqual(
    [...new Set(vendor.headers().map(({ authorization }) => authorization))],
    ['Bearer key-1'],
  );
});

async function arrives(text: string): Promise<void> {
  await eventually(() => sink.text().includes(Buffer.from(text).toString('latin1')), {
    timeoutMs: 30_000,
    what: text,
  });
}

/** One of the collector's own metrics; 0 while it has none of that name. */
async function own(name: string, labels: Record<string, string> = {}): Promise<number> {
  const text = await (await fetch(collector.telemetryUrl)).text();
  const has = (line: string) =>
    Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`));
  const lines = text.split('\n').filter((line) => line.startsWith(name) && has(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
