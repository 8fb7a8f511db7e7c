import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { atTheEnd } from '@repo/testing';
import fc from 'fast-check';
import type { MailError } from '../src/mail-error.ts';
import { createMailer, type Mailer } from '../src/mailer.ts';
import { type Script, type Step, startMailServer } from './scripted-mail-server.ts';

const ADDRESS = 'canary@private.example';
const EMAIL = { subject: 'Hello', text: 'Hello', html: '<p>Hello</p>', messageId: '<m@tenfold.example>' };

let script: Script = () => undefined;
const server = await startMailServer((step, address) => script(step, address));
const mailer = mailerFor(server.url);

function mailerFor(url: string): Mailer {
  const opened = createMailer(url);
  atTheEnd(opened.close);
  return opened;
}

const PIPELINING = '250-mail.example\r\n250 PIPELINING';

/** Sends a mail to a server that gives this reply at this step. */
async function sendTo(step: Step, reply: string, { extensions = '250 mail.example', to = ADDRESS } = {}) {
  script = (at) => {
    if (at === step) return reply;
    // As real servers respond once they have refused the only recipient.
    if (at === 'DATA' && step === 'RCPT') return '554 5.5.1 No valid recipients';
    return at === 'EHLO' ? extensions : undefined;
  };
  // A connection of its own, since the pool would keep one that has got past the step.
  const fresh = createMailer(server.url);
  try {
    return await fresh.send({ ...EMAIL, to });
  } finally {
    fresh.close();
  }
}

const REFUSALS: [Step, string, string][] = [
  ['RCPT', '550 <ADDRESS>: rejected', '550'],
  ['RCPT', '550 5.1.1 <ADDRESS>: Recipient address rejected', '550 5.1.1'],
  ['RCPT', '550-5.1.1 The account of ADDRESS does not exist.\r\n550 5.1.1 Look it up.', '550 5.1.1'],
  ['RCPT', '501 5.1.3 Bad recipient address syntax', '501 5.1.3'],
  ['RCPT', '550 5.4.1 Recipient address rejected: Access denied', '550 5.4.1'],
  ['RCPT', '551 User not local', '551'],
  ['RCPT', '552 5.2.2 Mailbox full', '552 5.2.2'],
  ['RCPT', '553 5.1.3 Mailbox name not allowed', '553 5.1.3'],
  ['RCPT', '554 5.1.10 Null MX', '554 5.1.10'],
  ['RCPT', '556 5.1.10 Domain does not accept mail', '556 5.1.10'],
  ['END', '550 5.1.1 ADDRESS is unknown', '550 5.1.1'],
  ['END', '554 5.2.1 The mailbox of ADDRESS is disabled', '554 5.2.1'],
  ['END', '552 5.2.2 Over quota', '552 5.2.2'],
  ['DATA', '550 5.1.1 ADDRESS is unknown', '550 5.1.1'],
];

for (const [step, reply, code] of REFUSALS)
  for (const extensions of ['250 mail.example', PIPELINING])
    test(`${reply} at ${step} is a refusal of the recipient${extensions === PIPELINING ? ', pipelined' : ''}`, async () => {
      assert.deepEqual(await sendTo(step, reply, { extensions }), { status: 'refused', code });
    });

const FAULTS: [Step, string, Partial<MailError>][] = [
  ['CONNECT', '554 ADDRESS canary@private.example is not welcome', { responseCode: 554 }],
  ['CONNECT', '421 canary@private.example, try later', { responseCode: 421 }],
  ['EHLO', '550 canary@private.example is not welcome', { responseCode: 550 }],
  ['MAIL', '550 5.1.1 canary@private.example', { responseCode: 550, command: 'MAIL FROM' }],
  ['MAIL', '553 5.1.8 Sender rejected', { responseCode: 553, enhancedStatus: '5.1.8' }],
  ['RCPT', '450 4.2.1 <ADDRESS>: try later', { responseCode: 450, enhancedStatus: '4.2.1' }],
  ['RCPT', '451 <ADDRESS>: greylisted', { responseCode: 451, command: 'RCPT TO' }],
  ['RCPT', '421 4.7.0 ADDRESS', { responseCode: 421 }],
  ['RCPT', '503 5.5.1 Bad sequence of commands for ADDRESS', { responseCode: 503 }],
  ['RCPT', '530 5.7.0 Authentication required for ADDRESS', { responseCode: 530 }],
  ['RCPT', '553 5.1.8 Sender address rejected, not ADDRESS', { responseCode: 553 }],
  ['RCPT', '550 5.1.7 Bad sender, not ADDRESS', { responseCode: 550 }],
  ['DATA', '451 4.3.0 ADDRESS', { responseCode: 451, command: 'DATA' }],
  ['DATA', '554 5.5.1 No valid recipients', { responseCode: 554, command: 'DATA' }],
  ['END', '554 Message to ADDRESS refused', { responseCode: 554, command: 'DATA' }],
  ['END', '554 5.7.1 Message to ADDRESS refused as spam', { responseCode: 554, enhancedStatus: '5.7.1' }],
  ['END', '550 5.6.0 ADDRESS', { responseCode: 550 }],
  ['END', '550 5.1.8 ADDRESS', { responseCode: 550, enhancedStatus: '5.1.8' }],
  ['END', '550 5.1.1@ADDRESS', { responseCode: 550, command: 'DATA' }],
  ['END', '452 4.2.2 ADDRESS', { responseCode: 452 }],
];

for (const [step, reply, facts] of FAULTS)
  test(`${reply} at ${step} is a fault that holds no address`, async () => {
    const error = await sendTo(step, reply).then(
      () => assert.fail('It was sent.'),
      (thrown: MailError) => thrown,
    );
    assert.equal(error.name, 'MailError');
    for (const [name, value] of Object.entries(facts))
      assert.equal(error[name as keyof MailError], value, name);
    assertHoldsNoAddress(error);
  });

function assertHoldsNoAddress(error: unknown): void {
  const all = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  assert.doesNotMatch(all, /canary|private/);
}

test('an address that cannot be used at all is refused before the server is called', async () => {
  script = () => undefined;
  server.commands.length = 0;
  for (const to of ['', ' ', '<>', '\r\n'])
    assert.deepEqual(await mailer.send({ ...EMAIL, to }), { status: 'refused', code: 'EENVELOPE' });
  assert.ok(!server.commands.some((line) => line.startsWith('MAIL')));
});

test('a server that is down, or hangs up, is a fault that holds no address', async () => {
  const nowhere = mailerFor('smtp://127.0.0.1:1');
  await assert.rejects(nowhere.send({ ...EMAIL, to: ADDRESS }), (error: MailError) => {
    assertHoldsNoAddress(error);
    return error.code === 'ECONNREFUSED';
  });
  const rude = await startMailServer((step) => {
    if (step === 'RCPT') throw new Error('hang up');
    return undefined;
  });
  await assert.rejects(mailerFor(rude.url).send({ ...EMAIL, to: ADDRESS }), (error: MailError) => {
    assertHoldsNoAddress(error);
    return error.name === 'MailError';
  });
});

test('no address becomes a command, or more than one recipient', async () => {
  script = () => undefined;
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '\r\n',
      '\n',
      '>',
      '<',
      ',',
      ';',
      ':',
      '@',
      '"',
      '\\',
      '(',
      ' ',
      '\0',
      'DATA',
      'a@b.example',
      '.',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
      server.commands.length = 0;
      await mailer.send({ ...EMAIL, to: pieces.join('') }).catch(() => {});
      const recipients = server.commands.filter((line) => line.startsWith('RCPT'));
      assert.ok(recipients.length <= 1, inspect(server.commands));
      for (const line of server.commands)
        assert.match(
          line,
          /^(EHLO \S+|MAIL FROM:<orders@tenfold\.example>.*|RCPT TO:<[^<>]*>|DATA|RSET|QUIT)$/,
        );
    }),
    { numRuns: 200 },
  );
});

test('a server that responds slowly, and is never silent for long, is abandoned in time', async () => {
  script = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 100));
  const hurried = createMailer(server.url, { limitMs: 250 });
  atTheEnd(hurried.close);

  await assert.rejects(hurried.send({ ...EMAIL, to: ADDRESS }), { code: 'ETIMEDOUT' });
});
