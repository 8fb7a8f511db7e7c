import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { buildApp } from './app.ts';
import type { Message } from './messages.ts';

let folder: string;
let app: ReturnType<typeof buildApp>;
let url: string;
let smtpUrl: string;
let mailer: ReturnType<typeof createMailer>;
const createMailer = (smtpUrl: string) =>
  createTransport(smtpUrl, { from: 'Tenfold <shop@tenfold.example>' });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailbox-'));
  app = buildApp({ host: '127.0.0.1', port: 0, smtpPort: 0, file: join(folder, 'mail.jsonl') });
  const addresses = await app.listen();
  ({ url, smtpUrl } = addresses);
  mailer = createMailer(`${smtpUrl}?pool=true`);
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

test('an accepted mail is shown, with its message id and its text in every alphabet', async () => {
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

test('the html of a mail without html is null', async () => {
  await mailer.sendMail({ to: 'ada@example.com', subject: 'plain', text: 'Just text' });
  const [message] = await list();
  assert.deepEqual([message?.text?.trim(), message?.html], ['Just text', null]);
});

test('a mail to two people is in both mailboxes, and in no other', async () => {
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

test('a mail that is too large is refused and not stored', async () => {
  const text = 'x'.repeat(2 * 1024 * 1024);
  await assert.rejects(mailer.sendMail({ to: 'ada@example.com', text }), { responseCode: 552 });
  assert.deepEqual(await list(), []);
});

/** Sends a mail to the exact address, without nodemailer's normalization. Returns the reply if it is refused. */
async function refusalOf(to: string): Promise<string | undefined> {
  const { hostname, port } = new URL(smtpUrl);
  const connection = new SMTPConnection({ host: hostname, port: Number(port) });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.connect(() => resolve());
    });
    return await new Promise((resolve) => {
      const envelope = { from: 'shop@tenfold.example', to: [to] };
      connection.send(envelope, 'Subject: Hello\r\n\r\nHello', (error) => resolve(error?.response));
    });
  } finally {
    connection.close();
  }
}

for (const local of ['refused', 'refused+1', 'refused.by.rule', 'Refused+A', 'refused+'])
  test(`mail to ${local} is refused with the reply of a mail server, and not stored`, async () => {
    const address = `${local}@example.com`;
    assert.equal(await refusalOf(address), `550 5.1.1 <${address}>: Recipient address rejected`);
    assert.deepEqual(await list(), []);
  });

for (const address of ['refused1@example.com', 'not.refused@example.com', 'a+refused@refused.example'])
  test(`mail to ${address} is accepted`, async () => {
    assert.equal(await refusalOf(address), undefined);
    assert.equal((await list(address)).length, 1);
  });

test('mail to a refused and an accepted recipient reaches the latter', async () => {
  await mailer.sendMail({ to: ['refused@example.com', 'ada@example.com'], subject: 'both', text: '' });
  assert.deepEqual(
    (await list()).map(({ to }) => to),
    ['ada@example.com'],
  );
});

/** Valid by the HTML standard (https://html.spec.whatwg.org/#valid-e-mail-address), of sizes that SMTP allows. */
const address = fc
  .stringMatching(
    /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,20}@[a-zA-Z0-9]{1,9}(\.[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?){0,3}$/,
  )
  .filter((text) => !/^refused(@|[+.])/i.test(text));

test('every address that a browser accepts is accepted, and shows its mail', async () => {
  const odd = [
    'a..b@example.com',
    '.a@b',
    'a.@b',
    'a@1',
    'a@1.2.3',
    'a@b.xn--p1ai',
    'a@xn--a.example',
    "!#$%&'*+/=?^_`{|}~-@x.y",
  ];
  await fc.assert(
    fc.asyncProperty(address, async (to) => {
      assert.equal(await refusalOf(to), undefined);
      assert.equal((await list(to)).at(-1)?.to, to);
    }),
    { numRuns: 50, examples: odd.map((one) => [one]) },
  );
});

test('a local part names the same mailbox with and without quotes', async () => {
  await refusalOf('"a..b"@example.com');
  await refusalOf('"a\\+b"@example.com');
  assert.equal((await list('a..b@example.com')).length, 1);
  assert.equal((await list('a+b@example.com')).length, 1);
});

test('the page for people shows the text of a mail and runs none of it', async () => {
  await mailer.sendMail({ to: 'ada@example.com', subject: '<script>alert(1)</script>', text: '' });
  const page = await (await fetch(url)).text();
  assert.match(page, /&#60;script&#62;alert\(1\)/);
  assert.doesNotMatch(page, /<script/);
});

test('a query with two addresses is refused', async () => {
  assert.equal((await fetch(`${url}/messages?to=a&to=b`)).status, 400);
  assert.equal((await fetch(`${url}/livez`)).status, 200);
});
