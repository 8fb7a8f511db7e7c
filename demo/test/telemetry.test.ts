import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type System, startSystem } from '@repo/stack';
import { eventually, openOwnFolder, ownEnvironment } from '@repo/testing';
import { stockProducts } from '../src/products.ts';
import { openShop } from '../src/shop.ts';
import { runCommand } from './run-command.ts';

const dir = openOwnFolder();
const run = (name: string, ...args: string[]) => runCommand(dir, name, ...args);
const start = (more = {}) => startSystem({ dir, env: ownEnvironment(more), print: () => {} });
let system: System = await start();
after(() => system.stop());

async function placeOrder(request = { lines: [{ sku: 'MOUSE', quantity: 1 }], paymentToken: 'tok_ok' }) {
  const shop = await openShop(system.running);
  await Promise.all([stockProducts(shop), shop.mail?.registerContact()]);
  return shop.placeOrder(request, { patienceMs: 10_000 });
}

const order = await placeOrder();
type Values = Record<string, Record<string, Record<string, number | string | null>>>;
const figures = async () => JSON.parse(await run('top', '--once', '--json')) as Values;

test('the figures of an order are shown a moment after it', async () => {
  // Each service exports by a clock of its own, and leaves out what it has not read yet.
  await eventually(async () => assertFigures(await figures()) ?? true, {
    timeoutMs: 30_000,
    everyMs: 500,
    what: 'the figures of an order',
  });
});

function assertFigures({ orders, requests, services, groups, jobs, processes }: Values): void {
  assert.ok(Number(orders?.confirmed?.p50Seconds) > 0);
  assert.ok(Number(orders?.confirmed?.p99Seconds) < 60);
  assert.ok(Number(requests?.['payment provider']?.p50Seconds) > 0);
  assert.ok(Number(requests?.['POST /v1/orders']?.p99Seconds) > 0);
  assert.equal(requests?.['payment provider']?.breaker, 'closed');
  assert.equal(typeof orders?.open?.now, 'number');
  assert.equal(services?.order?.deadLetters, 0);
  assert.ok(Number(services?.order?.poolMax) > 0);
  assert.equal(typeof groups?.inventory?.lagRecords, 'number');
  assert.equal(typeof jobs?.['capture payment']?.dueRows, 'number');
  assert.ok(Number(processes?.order?.memoryBytes) > 10_000_000);
  assert.equal(processes?.kafka?.state, 'running');
}

test('a frame fits into 80 columns, and has no colours where the output is no terminal', async () => {
  for (const args of [['--once'], []]) {
    const frame = await run('top', ...args);
    assert.match(frame, /^ {2}confirmed +\d+\.\d /m);
    for (const line of frame.split('\n')) assert.ok(line.length <= 80, line);
    assert.ok(!frame.includes('\u001b'));
  }
  assert.match(await run('top', '--json'), /^--json needs --once\./);
});

const WHOLE_TRACE = /^ {2}order +POST \/v1\/orders .*^ {2}payment .*POST \/v1\/captures .*send message /ms;

test('an order leads to its whole trace, also in capitals, and the trace to its log lines', async () => {
  const shown = await eventually(async () => {
    const printed = await run('trace', order.id.toUpperCase());
    return WHOLE_TRACE.test(printed) && printed;
  });
  assert.match(shown, new RegExp(`^  POST /v1/orders, \\d{4}-.*, trace ${order.traceId}$`, 'm'));
  assert.ok((await run('trace', '--trace', order.traceId)).includes(shown.trim()));

  const [, ...args] = /npm run logs -- (--trace) (\w+) /.exec(shown) ?? [];
  const logs = await run('logs', ...args);
  assert.match(logs, new RegExp(order.id));
  for (const line of logs.trim().split('\n')) assert.match(line, new RegExp(order.traceId));
});

test('an order that its customer cancels has two traces: of the order, and of the cancellation', async () => {
  const shop = await openShop(system.running);
  // The payment takes two seconds. An order that has ended by then cannot be cancelled.
  const slow = await eventually(
    async () => {
      const placed = await placeOrder({ lines: [{ sku: 'MOUSE', quantity: 1 }], paymentToken: 'tok_slow' });
      return (await shop.cancelOrder(placed)) && placed;
    },
    { timeoutMs: 30_000, what: 'a cancellation in time' },
  );

  await eventually(async () => {
    const shown = await run('trace', slow.id);
    return /^ {2}POST \/v1\/orders, .*^ {2}POST \/v1\/orders\/:id\/cancel, .*process order.cancelled/ms.test(
      shown,
    );
  });
});

test('what is no order, and one that is unknown, is answered in one sentence', async () => {
  const unknown = '00000000-0000-7000-8000-000000000000';
  assert.match(await run('trace', 'latest'), /^An order is named by its id, a UUID; "latest" is none\.\n$/);
  assert.match(await run('trace', unknown), /^There are no events of the order 0+-.*\.\n$/);
  assert.match(await run('trace', '--trace', 'x'), /^A trace id has 32 hexadecimal digits; "x" is none\.\n$/);
  assert.match(
    await run('trace', '--trace', 'a'.repeat(32)),
    /^No span of the trace a+ is kept here: .*\.\n$/,
  );
});

test('the trace survives a restart, and a stopped system', async () => {
  await system.stop();
  assert.match(await run('top', '--once'), /^No system runs on .*: start it with npm start\.\n$/);
  assert.match(await run('trace', order.id), /^No system runs on .*: start it with npm start\.\n$/);
  assert.match(await run('trace', '--trace', order.traceId), WHOLE_TRACE);

  system = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_TRACES_SAMPLER: 'always_off',
  });
  assert.match(await run('trace', order.id), WHOLE_TRACE);
});

test('figures that are sent elsewhere, and a trace that was not sampled, are explained in one sentence', async () => {
  assert.match(
    await run('top', '--once'),
    /^The services do not send their metrics here, because OTEL_EXPORTER_OTLP_ENDPOINT is set: .*\n$/,
  );
  const { id, traceId } = await placeOrder();
  const notSampled = new RegExp(`^The trace ${traceId} was not sampled: `);
  await eventually(async () => notSampled.test(await run('trace', id)));
  assert.match(
    await run('trace', '--trace', traceId),
    /^The services do not send their traces here, because of OTEL_EXPORTER_OTLP_ENDPOINT: /,
  );
});
