import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { atTheEnd, createServiceEnvironment, eventually, startTelemetryReceiver } from '@repo/testing';
import { keepContact } from '../src/keep-contact.ts';
import { insertMessages } from '../src/message-store.ts';
import { type Step, startMailServer } from './scripted-mail-server.ts';

// The service is a process here, as in production: the test reads all of its log and all that it exports.
const environment = await createServiceEnvironment({
  service: 'notification',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events'],
});
const { database } = environment;

/** The step at which the mail server fails, and its reply; ADDRESS is the customer's. */
let fault: { step: Step; reply: string } | undefined;
const server = await startMailServer((step) => (step === fault?.step ? fault.reply : undefined));

const telemetry = await startTelemetryReceiver();

const flags = ['--import', '@repo/observability/preload'];
const child = spawn(process.execPath, [...flags, 'src/main.ts'], {
  cwd: join(import.meta.dirname, '..'),
  env: {
    ...process.env,
    ...environment.env,
    ...{ SMTP_URL: server.url, NOTIFICATION_PORT: '0' },
    ...telemetry.env,
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

/** Waits for the span of an attempt, and for the last line about its message. */
async function waitForTelemetry(
  { id, traceId }: { id: string; traceId: string },
  last: string,
): Promise<void> {
  await eventually(() => telemetry.spans('send message', traceId).length > 0, { what: 'the span' });
  const isLast = ({ body, attributes }: { body: unknown; attributes: Record<string, unknown> }) =>
    body === last && attributes.id === id;
  await eventually(() => telemetry.records().some(isLast), { what: `the exported line: ${last}` });
  await eventually(() => linesOf(id).some((line) => line.includes(last)), { what: `the line: ${last}` });
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
  test(`no log line, alarm, span or exported line holds the address after ${reply} at ${step}`, async () => {
    fault = { step, reply };
    const message = await writeTo('canary@private.example', 9);

    await waitForTelemetry(message, 'a job has failed many times');
    assert.match(linesOf(message.id).join('\n'), /MailError/);
    assert.match(telemetry.text(), /MailError/);
    assert.doesNotMatch(log + telemetry.text(), /canary|private/);
  });
}

test('a refusal is one line with the id and the code, and no address', async () => {
  fault = { step: 'RCPT', reply: '550 5.1.1 <ADDRESS>: rejected, ADDRESS is unknown' };
  const message = await writeTo('canary@private.example', 0);

  await waitForTelemetry(message, 'job done');
  const refusals = linesOf(message.id)
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg !== 'job done');
  assert.deepEqual(
    refusals.map(({ msg, code }) => [msg, code]),
    [['recipient refused', '550 5.1.1']],
  );
  assert.doesNotMatch(log + telemetry.text(), /canary|private/);
});
