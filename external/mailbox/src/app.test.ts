import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { buildApp } from './app.ts';
import type { Message } from './messages.ts';

let folder: string;
let app: ReturnType<typeof buildApp>;
let url: string;
let mailer: ReturnType<typeof createMailer>;
const createMailer = (smtpUrl: string) =>
  createTransport(smtpUrl, { from: 'Tenfold <shop@tenfold.example>' });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailbox-'));
  app = buildApp({ host: '127.0.0.1', port: 0, smtpPort: 0, file: join(folder, 'mail.jsonl') });
  const addresses = await app.listen();
  url = addresses.url;
  mailer = createMailer(`${addresses.smtpUrl}?pool=true`);
});
afterEach(async () => {
  mailer.close();
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function list(to?: string) {
  const response = await fetch(`${url}/messages${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`);
  return ((await response.json()) as { items: Message[] }).items;
}

const subjects = (messages: Message[]) => messages.map(({ subject }) => subject);

test('a mail that was taken is shown, with its own message id and its text in every alphabet', async () => {
  const sent = await mailer.sendMail({
    to: 'Ada <ada@example.com>',
    subject: 'Bestätigt: 注文',
    text: 'Thank you.\nIt costs 12 €.',
    html: '<p>Thank you.</p>',
    messageId: '<order-1@tenfold.example>',
  });
  assert.equal(sent.messageId, '<order-1@tenfold.example>');
  const [message, ...others] = await list('ada@example.com');
  assert.deepEqual(others, []);
  assert.deepEqual(message, {
    messageId: '<order-1@tenfold.example>',
    from: 'shop@tenfold.example',
    subject: 'Bestätigt: 注文',
    text: 'Thank you.\nIt costs 12 €.',
    html: '<p>Thank you.</p>',
    at: message?.at,
    to: 'ada@example.com',
  });
  assert.match(message.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a mail without html says so', async () => {
  await mailer.sendMail({ to: 'ada@example.com', subject: 'plain', text: 'Just text' });
  const [message] = await list();
  assert.deepEqual([message?.text?.trim(), message?.html], ['Just text', null]);
});

test('a mail to two people is in both mailboxes, and in nobody else’s', async () => {
  await mailer.sendMail({ to: 'ada@example.com', cc: 'Bob@example.com', subject: 'both', text: '' });
  assert.deepEqual(subjects(await list('ADA@example.com')), ['both']);
  assert.deepEqual(subjects(await list('bob@example.com')), ['both']);
  assert.deepEqual(await list('eve@example.com'), []);
  assert.equal((await list()).length, 2);
});

test('mail is listed oldest first until the mailbox is emptied', async () => {
  for (const subject of ['first', 'second', 'third']) {
    await mailer.sendMail({ to: 'a+b@example.com', subject, text: '' });
  }
  assert.deepEqual(subjects(await list('a+b@example.com')), ['first', 'second', 'third']);
  assert.equal((await fetch(`${url}/messages`, { method: 'DELETE' })).status, 204);
  assert.deepEqual(await list(), []);
});

test('a mail that is too large is refused and not kept', async () => {
  const text = 'x'.repeat(2 * 1024 * 1024);
  await assert.rejects(mailer.sendMail({ to: 'ada@example.com', text }), { responseCode: 552 });
  assert.deepEqual(await list(), []);
});

test('the page for people shows what a mail says and runs nothing of it', async () => {
  await mailer.sendMail({ to: 'ada@example.com', subject: '<script>alert(1)</script>', text: '' });
  const page = await (await fetch(url)).text();
  assert.match(page, /&#60;script&#62;alert\(1\)/);
  assert.doesNotMatch(page, /<script/);
});

test('two addresses in one question are refused', async () => {
  assert.equal((await fetch(`${url}/messages?to=a&to=b`)).status, 400);
  assert.equal((await fetch(`${url}/livez`)).status, 200);
});
