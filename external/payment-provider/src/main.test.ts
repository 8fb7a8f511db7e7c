import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'payment-provider-'));
const file = join(folder, 'deeper', 'ledger.jsonl');
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PAYMENT_PROVIDER_PORT: '0',
      PAYMENT_PROVIDER_FILE: file,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function start() {
  const child = run({});
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, url } = JSON.parse(line);
    if (msg === 'listening') return { child, url: url as string };
  }
  throw new Error(`It never listened: ${await text(child.stderr)}`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals) {
  child.kill(signal);
  const [status] = await once(child, 'exit');
  return status;
}

function capture(url: string, token: string) {
  return fetch(`${url}/v1/captures`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': token },
    body: JSON.stringify({ reference: 'order-1', amountCents: 100, currency: 'EUR', token }),
  }).then((response) => response.json() as Promise<{ id: string }>);
}

function refund(url: string, captureId: string, amountCents: number) {
  return fetch(`${url}/v1/refunds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `refund-${amountCents}` },
    body: JSON.stringify({ captureId, amountCents }),
  });
}

const ledger = (url: string) => fetch(`${url}/v1/ledger`).then((response) => response.json());

test('a provider that is killed in the middle of a line keeps all that it has answered', async () => {
  const first = await start();
  const captured = await capture(first.url, 'tok_ok');
  const declined = await capture(first.url, 'tok_declined');
  assert.equal((await refund(first.url, captured.id, 60)).status, 200);
  const before = await ledger(first.url);
  await stop(first.child, 'SIGKILL');
  appendFileSync(file, '{"kind":"capture","id":"torn');

  const second = await start();
  assert.deepEqual(await ledger(second.url), before);
  assert.deepEqual(await capture(second.url, 'tok_ok'), captured);
  assert.deepEqual(await capture(second.url, 'tok_declined'), declined);
  assert.equal((await refund(second.url, captured.id, 41)).status, 409);
  assert.equal((await refund(second.url, captured.id, 40)).status, 200);
  assert.equal(await stop(second.child, 'SIGTERM'), 0);
  assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, 4);
});

test('the error about a used port names its variable', async () => {
  const { child, url } = await start();
  const { port } = new URL(url);
  const second = run({ PAYMENT_PROVIDER_PORT: port, PAYMENT_PROVIDER_FILE: join(folder, 'other.jsonl') });
  const [complaint, [status]] = await Promise.all([text(second.stderr), once(second, 'exit')]);
  assert.match(complaint, new RegExp(`^Port ${port} is taken: set PAYMENT_PROVIDER_PORT [^\n]+\n$`));
  assert.equal(status, 1);
  assert.equal(await stop(child, 'SIGINT'), 0);
});

test('the error about an invalid setting names it', async () => {
  for (const [variable, value] of [
    ['PAYMENT_PROVIDER_PORT', 'http'],
    ['PAYMENT_PROVIDER_FILE', ''],
    ['PAYMENT_PROVIDER_FILE', '/dev/null/ledger.jsonl'],
  ] as const) {
    const child = run({ [variable]: value });
    const [complaint, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.match(complaint, new RegExp(`^${variable} [^\n]+\n$`));
    assert.equal(status, 1);
  }
});
