import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { eventually, ownEnvironment, startTelemetryReceiver } from '@repo/testing';
import { startExporting } from './exporting-process.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const RECORDED = `{ trace_id: '${TRACE}', span_id: '${SPAN}', trace_flags: '01' }`;
const UNRECORDED = `{ trace_id: '${TRACE}', span_id: '${SPAN}', trace_flags: '00' }`;

/** A collector that works never needs this long, however busy the machine is. */
const LONG_ENOUGH_TO_ACCEPT = { OTEL_METRIC_EXPORT_INTERVAL: '2000', OTEL_EXPORTER_OTLP_TIMEOUT: '2000' };

/** Runs a script to its end, exports, and returns what was exported and the lines of its standard output. */
async function exported(script: string, more: Record<string, string> = {}) {
  const telemetry = await startTelemetryReceiver();
  const child = startExporting(
    `${script}; await flushTelemetry(20_000);`,
    ownEnvironment({ ...telemetry.env, OTEL_METRIC_EXPORT_INTERVAL: '60000', ...more }),
  );
  assert.equal(await child.end(), 0);
  return { telemetry, lines: child.lines };
}

test('a line is exported as a log record of its span, with the facts as attributes', async () => {
  const { telemetry } = await exported(`
    log.warn({ ...${RECORDED}, meterId: '7', count: 2, part: { of: [1, 'x'] }, none: null }, 'meter read')`);

  assert.deepEqual(telemetry.records(), [
    {
      ...{ severityNumber: 13, severityText: 'WARN', body: 'meter read' },
      attributes: { meterId: '7', count: 2, part: { of: [1, 'x'] }, none: undefined },
      ...{ traceId: TRACE, spanId: SPAN, flags: 1 },
    },
  ]);
});

test('a line within a span is exported with the ids of that span', async () => {
  const { telemetry } = await exported(`
    await inSpan('read meter', {}, async () => log.info('meter read'));`);

  const [record] = telemetry.records();
  assert.equal(telemetry.spans('read meter', record?.traceId ?? '').length, 1);
});

test('an error is exported with the names of the conventions', async () => {
  const { telemetry } = await exported(`
    log.error({ err: Object.assign(new TypeError('no'), { code: '23505' }) }, 'failed')`);

  const { 'exception.stacktrace': stack, ...attributes } = telemetry.records()[0]?.attributes ?? {};
  assert.deepEqual(attributes, {
    'exception.type': 'TypeError',
    'exception.message': 'no',
    err: { code: '23505' },
  });
  assert.match(String(stack), /^TypeError: no\n {4}at /);
});

test('logs are sampled with their trace, and what an operator must see is always exported', async () => {
  const { telemetry, lines } = await exported(`
    log.info(${RECORDED}, 'of a recorded trace');
    log.info(${UNRECORDED}, 'of an unrecorded trace');
    log.info('of no trace');
    log.warn(${UNRECORDED}, 'a warning');
    log.error(${UNRECORDED}, 'an error');`);

  assert.deepEqual(
    telemetry.records().map(({ body }) => body),
    ['of a recorded trace', 'of no trace', 'a warning', 'an error'],
  );
  assert.equal(lines.length, 5);
});

test('no secret is exported, wherever it was put', async () => {
  const { telemetry } = await exported(`
    const failure = new Error('550 <ada@canary.example>: Bearer canary');
    log.child({ from: 'ada@canary.example' }).error({ err: failure, password: 'canary', text: failure.message }, failure.message);
    await inSpan('send', { attributes: { 'url.full': 'https://x/ada@canary.example' } }, async () => { throw failure })
      .catch(() => {});`);

  assert.match(telemetry.text(), /redacted/);
  assert.doesNotMatch(telemetry.text(), /canary/);
  assert.match(telemetry.text(), /"name":"send"/);
});

test('a process exports metrics soon after its start, so that one which soon crashes leaves its start time', async () => {
  const telemetry = await startTelemetryReceiver();
  const before = Date.now() / 1_000;
  const child = startExporting(
    `observeProcess();
     setInterval(() => {}, 1_000);`,
    ownEnvironment({ ...telemetry.env, OTEL_METRIC_EXPORT_INTERVAL: '3600000' }),
  );

  const started = () => telemetry.metric('tenfold.process.start_time') ?? 0;
  await eventually(() => started() > 0, { timeoutMs: 30_000, what: 'the start time' });
  assert.ok(started() > before - 1 && started() < Date.now() / 1_000, `${started()} is not after ${before}`);
  assert.deepEqual(child.lines, []);
});

test('a process without an endpoint exports nothing, and one whose exporter is none too', async () => {
  const { telemetry, lines } = await exported(`log.info('meter read')`, {
    ...{ OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
  });

  assert.deepEqual([telemetry.text(), lines.map(({ msg }) => msg)], ['', ['meter read']]);
});

test('telemetry names service, version and instance, and nothing of the command line', async () => {
  const { telemetry } = await exported(`log.info('meter read')`, {
    OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=meter-2,deployment.environment.name=test',
  });

  const [{ 'telemetry.sdk.version': version, ...resource } = {}] = telemetry.resources();
  assert.ok(version);
  assert.deepEqual(resource, {
    'service.name': 'meter',
    'service.version': '0.1.0',
    'service.instance.id': 'meter-2',
    'deployment.environment.name': 'test',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
  });
  const unnamed = await exported(`log.info('meter read')`);
  assert.match(String(unnamed.telemetry.resources()[0]?.['service.instance.id']), RegExp(`^${hostname()}`));
});

test('messages of the SDK about itself are redacted log lines, and are not exported', async () => {
  const { telemetry, lines } = await exported(
    `await inSpan('send', { attributes: { to: 'ada@canary.example' } }, async () => {});`,
    { OTEL_LOG_LEVEL: 'debug', LOG_LEVEL: 'debug' },
  );

  assert.ok(lines.some(({ msg }) => msg === 'telemetry SDK'));
  assert.doesNotMatch(JSON.stringify(lines), /canary/);
  assert.deepEqual(telemetry.records(), []);
});

test('behind a collector that does not reply a queue is bounded, and every item is exported or counted', async () => {
  const telemetry = await startTelemetryReceiver();
  telemetry.treat('hang');
  const child = startExporting(
    `for (let turn = 0; turn < 100; turn++) {
       log.info('meter read');
       await inSpan('read meter', {}, async () => {});
     }
     setInterval(() => {}, 1_000);`,
    ownEnvironment({
      ...telemetry.env,
      ...LONG_ENOUGH_TO_ACCEPT,
      ...{ OTEL_BSP_MAX_QUEUE_SIZE: '20', OTEL_BLRP_MAX_QUEUE_SIZE: '20' },
    }),
  );
  await eventually(() => child.lines.filter(({ signal }) => signal).length === 3, { what: 'the failures' });

  telemetry.treat('accept');

  const dropped = (signal: string) => telemetry.metric('tenfold.telemetry.dropped', { signal }) ?? 0;
  const spans = () => telemetry.text().split('"name":"read meter"').length - 1;
  await eventually(() => dropped('logs') + telemetry.records().length === 100, { what: 'all lines' });
  await eventually(() => dropped('traces') + spans() === 100, { what: 'all spans' });
  assert.ok(dropped('logs') >= 60 && dropped('traces') >= 60);
  assert.equal(child.lines.filter(({ msg }) => msg === 'meter read').length, 100);
});

for (const treatment of ['refuse', 'disconnect', 'hang', 'trickle'] as const) {
  test(`a collector is reported once when it begins to ${treatment}, and once when it works again`, async () => {
    const telemetry = await startTelemetryReceiver();
    telemetry.treat(treatment);
    const child = startExporting(
      `setInterval(() => inSpan('read meter', {}, async () => log.info('meter read')), 20);`,
      ownEnvironment({ ...telemetry.env, ...LONG_ENOUGH_TO_ACCEPT }),
    );
    const reports = (level: number) => child.lines.filter((line) => line.signal && line.level === level);
    const signals = (level: number) =>
      reports(level)
        .map(({ signal }) => signal)
        .sort();
    const ofAll = ['logs', 'metrics', 'traces'];
    await eventually(() => signals(40).length >= 3, { what: 'a warning for each signal' });

    telemetry.treat('accept');

    const dropped = (signal: string) => telemetry.metric('tenfold.telemetry.dropped', { signal }) ?? 0;
    await eventually(() => signals(30).length >= 3, { what: 'a line for each signal' });
    await eventually(() => ofAll.every((signal) => dropped(signal) > 0), { what: 'the counts' });
    assert.deepEqual([signals(40), signals(30)], [ofAll, ofAll]);
    for (const { lost } of reports(30)) assert.ok(Number(lost) > 0);
    assert.ok(telemetry.records().every(({ attributes }) => !attributes.signal));
  });
}

test('a process ends in time though the collector does not reply', async () => {
  const telemetry = await startTelemetryReceiver();
  telemetry.treat('hang');
  const child = startExporting(
    `log.info('meter read');
     await inSpan('read meter', {}, async () => {});
     const began = performance.now();
     await flushTelemetry(300).catch((error) => log.warn({ err: error, ms: performance.now() - began }, 'not flushed'));
     process.exit();`,
    ownEnvironment(telemetry.env),
  );

  await child.end();

  const { err, ms } = child.lines.at(-1) as unknown as { err: { message: string }; ms: number };
  assert.equal(err.message, 'The export took more than 300 ms.');
  // The limit of one export is 5 s.
  assert.ok(ms < 4_000, `It took ${ms} ms.`);
});

test('a flush exports what it can, and reports what it cannot', async () => {
  const telemetry = await startTelemetryReceiver();
  const child = startExporting(
    `log.info('meter read');
     await inSpan('read meter', {}, async () => {});
     await flushTelemetry().catch((err) => log.warn({ err }, 'not flushed'));
     process.exit();`,
    ownEnvironment({
      ...telemetry.env,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500',
    }),
  );

  await child.end();

  const { err } = child.lines.at(-1) as unknown as { err: { message: string } };
  assert.match(err.message, /ECONNREFUSED/);
  assert.deepEqual(
    telemetry.records().map(({ body }) => body),
    ['meter read'],
  );
});
