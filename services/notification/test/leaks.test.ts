import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { atTheEnd, createServiceEnvironment, eventually } from '@repo/testing';
import { keepContact } from '../src/keep-contact.ts';
import { insertMessages } from '../src/message-store.ts';
import { type Step, startMailServer } from './scripted-mail-server.ts';

// The service is a process here, as in production: the test reads all of its log and of its exported traces.
const environment = await createServiceEnvironment({
  service: 'notification',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events'],
});
const { database } = environment;

/** The step at which the mail server fails, and its reply; ADDRESS is the customer's. */
let fault: { step: Step; reply: string } | undefined;
const server = await startMailServer((step) => (step === fault?.step ? fault.reply : undefined));

const traces: string[] = [];
const sink = createServer(async (request, response) => {
  traces.push(await text(request));
  response.setHeader('content-type', 'application/json').end('{}');
});
await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
atTheEnd(() => sink.close().closeAllConnections());

const flags = ['--import', '@repo/observability/preload'];
const child = spawn(process.execPath, [...flags, 'src/main.ts'], {
  cwd: join(import.meta.dirname, '..'),
  env: {
    ...process.env,
    ...environment.env,
    ...{ SMTP_URL: server.url, NOTIFICATION_PORT: '0' },
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(sink.address() as AddressInfo).port}`,
    ...{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_BSP_SCHEDULE_DELAY: '100' },
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.once('exit', () => child.kill('SIGKILL'));
atTheEnd(async () => {
  const exited = once(child, 'exit');
  if (child.exitCode === null && child.kill('SIGKILL')) await exited;
});
let log = '';
child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
  log += chunk;
});

/** Writes a message with this many attempts: the tenth raises an alarm. */
async function writeTo(email: string, attempts: number): Promise<{ id: string; traceId: string }> {
  const [id, customerId, traceId] = [randomUUID(), randomUUID(), randomBytes(16).toString('hex')];
  const message = {
    ...({ id, customerId, orderId: randomUUID(), kind: 'order-confirmed', details: {} } as const),
    isDue: true,
    traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
  };
  await database.transaction(async (tx) => {
    await keepContact(tx, { customerId, email });
    await insertMessages(tx, [message]);
    await tx.query({ text: 'update messages set attempts = $2 where id = $1', values: [id, attempts] });
  });
  return { id, traceId };
}

const linesOf = (id: string) => log.split('\n').filter((line) => line.includes(id));

async function waitForSpan(traceId: string): Promise<void> {
  await eventually(() => traces.some((one) => one.includes(traceId) && one.includes('send message')), {
    what: 'the span of the attempt',
  });
}

const FAULTS: [Step, string][] = [
  ['CONNECT', '554 canary@private.example, you are not welcome'],
  ['EHLO', '550 canary@private.example, you are not welcome'],
  ['MAIL', '550 no mail for canary@private.example'],
  ['RCPT', '451 4.7.1 <ADDRESS>: greylisted'],
  ['END', '554 5.7.1 the mail to ADDRESS looks like spam'],
  ['END', '452 4.2.2 the mailbox of ADDRESS is full'],
];

for (const [step, reply] of FAULTS) {
  test(`no log line, alarm or span holds the address after ${reply} at ${step}`, async () => {
    fault = { step, reply };
    const { id, traceId } = await writeTo('canary@private.example', 9);

    await eventually(() => linesOf(id).some((line) => line.includes('"alarm":"')), { what: 'the alarm' });
    await waitForSpan(traceId);
    assert.match(linesOf(id).join('\n'), /MailError/);
    assert.match(traces.join('\n'), /MailError/);
    assert.doesNotMatch(log + traces.join('\n'), /canary|private/);
  });
}

test('a refusal is one line with the id and the code, and no address', async () => {
  fault = { step: 'RCPT', reply: '550 5.1.1 <ADDRESS>: rejected, ADDRESS is unknown' };
  const { id, traceId } = await writeTo('canary@private.example', 0);

  await waitForSpan(traceId);
  const refusals = linesOf(id)
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg !== 'job done');
  assert.deepEqual(
    refusals.map(({ msg, code }) => [msg, code]),
    [['recipient refused', '550 5.1.1']],
  );
  assert.doesNotMatch(log + traces.join('\n'), /canary|private/);
});
