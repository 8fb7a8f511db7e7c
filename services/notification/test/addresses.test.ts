import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atTheEnd } from '@repo/testing';
import fc from 'fast-check';
import { createMailer } from '../src/mailer.ts';
import {
  hasMail,
  mailTo,
  newCustomer,
  publish,
  published,
  putContact,
  query,
  smtp,
} from './notification-service.ts';

const label = 'b'.repeat(63);

const GOOD = [
  ...[..."!#$%&'*+/=?^_`{|}~-."].map((special) => `a${special}z@example.com`),
  ...[..."!#$%&'*+/=?^_`{|}~-."].map((special) => `${special}@example.com`),
  ...[
    "o'brien@example.com",
    'user/dept@example.com',
    'a&b@example.com',
    'a=b@example.com',
    'x~y@example.com',
  ],
  ...[
    'a@example.xn--p1ai',
    'a@xn--bcher-kva.example',
    'a..b@example.com',
    '.a@example.com',
    'a.@example.com',
  ],
  ...['a@b', 'a@localhost', 'A.B@Example.COM', 'a@1', 'a@1.2.3', 'a@127.0.0.1', 'a@0x7f.1', 'a@b--c.example'],
  ...[`${'a'.repeat(64)}@example.com`, `a@${label}`, `a@${label}.${label}.${label}.${'b'.repeat(60)}`],
];

const BAD = [
  ...[
    '',
    'a',
    '@',
    'a@',
    '@b',
    'a@@b',
    'a@b@c',
    'a@x-.com',
    'a@-x.com',
    'a@x..com',
    'a@.com',
    'a@x.com.',
    'a@x_y.com',
  ],
  ...[
    'a b@x.com',
    ' a@x.com',
    'a@x.com ',
    'a@x.com\n',
    '\ta@x.com',
    'a@[127.0.0.1]',
    '"a"@x.com',
    'a@x.com,b@x.com',
  ],
  ...[
    'a;b@x.com',
    'a,b@x.com',
    'a:b@x.com',
    'a(b)@x.com',
    'a[b@x.com',
    'a\\b@x.com',
    'a<b@x.com',
    'a>b@x.com',
  ],
  ...['ü@x.com', 'a@münchen.de', 'a@x.com\r\nBcc: b@x.com', 'a@x.com\0', 'mailto:a@x.com', 'a%00@x.com>'],
  ...[`${'a'.repeat(65)}@example.com`, `a@${'b'.repeat(64)}`, `a@${'b'.repeat(64)}.com`],
  `a@${label}.${label}.${label}.${'b'.repeat(61)}`,
];

test('an address that browsers accept is accepted, and its mail arrives', async () => {
  const customers = await Promise.all(
    GOOD.map(async (email) => {
      const customer = { ...(await newCustomer()), email };
      assert.equal((await putContact(customer)).status, 204, email);
      return customer;
    }),
  );
  const records = customers.map(({ id }) => published.confirmed(id));
  await publish(records);

  for (const [index, { email }] of customers.entries()) {
    const mails = await hasMail(email);
    const wanted = `<${records[index]?.headers.ce_id}@tenfold.example>`;
    assert.ok(
      mails.some(({ messageId }) => messageId === wanted),
      email,
    );
  }
});

test('any other address is refused, and the place is named', async () => {
  const customer = await newCustomer();
  for (const email of BAD) {
    const { status, body } = await putContact({ ...customer, email });
    assert.equal(status, 400, JSON.stringify(email));
    assert.deepEqual(
      body.errors.map(({ path }: { path: string }) => path),
      ['/email'],
      JSON.stringify(email),
    );
  }
  assert.deepEqual(await query('select email from contacts where customer_id = $1', [customer.id]), []);
});

test('for any address that the pattern allows, the mail arrives at exactly that address', async () => {
  const mailer = createMailer(smtp.url);
  atTheEnd(mailer.close);
  const address = fc
    .stringMatching(
      /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,20}@[a-zA-Z0-9]{1,9}(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,9}[a-zA-Z0-9])?){0,3}$/,
    )
    .filter((text) => !/^refused(@|[+.])/i.test(text));
  let number = 0;
  await fc.assert(
    fc.asyncProperty(address, async (to) => {
      const messageId = `<address-${++number}@tenfold.example>`;
      const email = { subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };
      assert.deepEqual(await mailer.send({ ...email, to, messageId }), { status: 'sent' });
      const mail = (await mailTo(to)).find((one) => one.messageId === messageId);
      assert.equal(mail?.to, to);
    }),
    { numRuns: 100 },
  );
});
