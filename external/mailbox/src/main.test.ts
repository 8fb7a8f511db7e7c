import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { createTransport } from 'nodemailer';

const folder = mkdtempSync(join(tmpdir(), 'mailbox-'));
const file = join(folder, 'deeper', 'mail.jsonl');
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
      MAILBOX_PORT: '0',
      MAILBOX_SMTP_PORT: '0',
      MAILBOX_FILE: file,
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
    const { msg, url, smtpUrl } = JSON.parse(line);
    if (msg === 'listening') return { child, url: url as string, smtpUrl: smtpUrl as string };
  }
  throw new Error(`It never listened: ${await text(child.stderr)}`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals) {
  child.kill(signal);
  const [status] = await once(child, 'exit');
  return status;
}

async function send(smtpUrl: string, subject: string) {
  const mailer = createTransport(smtpUrl);
  await mailer.sendMail({ from: 'shop@tenfold.example', to: 'ada@example.com', subject, text: 'Hello' });
  mailer.close();
}

async function listSubjects(url: string) {
  const { items } = (await (await fetch(`${url}/messages`)).json()) as { items: { subject: string }[] };
  return items.map(({ subject }) => subject);
}

test('a mailbox that is killed in the middle of a line keeps all accepted mail', async () => {
  const first = await start();
  await send(first.smtpUrl, 'first');
  await stop(first.child, 'SIGKILL');
  appendFileSync(file, '{"messageId":"<torn');

  const second = await start();
  await send(second.smtpUrl, 'second');
  await stop(second.child, 'SIGKILL');

  const third = await start();
  assert.deepEqual(await listSubjects(third.url), ['first', 'second']);
  assert.equal(await stop(third.child, 'SIGTERM'), 0);
});

test('the mailbox closes although a sender stays connected or hangs up', async () => {
  const { child, smtpUrl } = await start();
  const { port } = new URL(smtpUrl);
  const rude = connect(Number(port), '127.0.0.1');
  await once(rude, 'data');
  rude.resetAndDestroy();
  const silent = connect(Number(port), '127.0.0.1');
  await once(silent, 'data');
  assert.equal(await stop(child, 'SIGTERM'), 0);
  silent.destroy();
});

test('the error about a used port names its variable', async () => {
  const { child, url, smtpUrl } = await start();
  for (const [variable, address] of [
    ['MAILBOX_PORT', url],
    ['MAILBOX_SMTP_PORT', smtpUrl],
  ] as const) {
    const { port } = new URL(address);
    const second = run({ [variable]: port, MAILBOX_FILE: join(folder, 'other.jsonl') });
    const [complaint, [status]] = await Promise.all([text(second.stderr), once(second, 'exit')]);
    assert.match(complaint, new RegExp(`^Port ${port} is taken: set ${variable} [^\n]+\n$`));
    assert.equal(status, 1);
  }
  assert.equal(await stop(child, 'SIGINT'), 0);
});

test('the error about an invalid setting names it', async () => {
  for (const [variable, value] of [
    ['MAILBOX_PORT', 'http'],
    ['MAILBOX_SMTP_PORT', '70000'],
    ['MAILBOX_FILE', ''],
    ['MAILBOX_FILE', '/dev/null/mail.jsonl'],
  ] as const) {
    const child = run({ [variable]: value });
    const [complaint, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.match(complaint, new RegExp(`^${variable} [^\n]+\n$`));
    assert.equal(status, 1);
  }
});
