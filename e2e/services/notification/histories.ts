import { type Histories, only, remove, type WrongHistory } from '../../invariants/histories.ts';
import type { StoredMessage } from './evidence.ts';

const wrong: WrongHistory[] = [
  [
    '8',
    'a second message',
    ({ messages }) => messages.push({ ...only(messages, {}), id: 'another' }),
    /2 messages .* conf/,
  ],
  [
    '10',
    'an end without a message',
    ({ messages }) => remove(messages, { orderId: 'rejected-1' }),
    /rejected-1 was not notified.* no message/,
  ],
  [
    '10',
    'a refund without a message',
    ({ messages }) => remove(messages, { kind: 'order-refunded' }),
    /cancelled-1/,
  ],
  [
    '10',
    'a message that still waits',
    ({ messages }) => Object.assign(messages[0] ?? {}, { status: 'waiting' }),
    /waiting/,
  ],
  [
    '10',
    'a message that failed, though its address is not refused',
    ({ messages, mail }) => {
      mail.splice(0, 1);
      Object.assign(messages[0] ?? {}, { status: 'failed', failureCode: '550 5.1.1' });
    },
    /confirmed-1 is failed \(550 5\.1\.1\), and its customer has an address/,
  ],
  [
    '10',
    'a message that failed after it had been delivered',
    ({ messages }) => Object.assign(messages[0] ?? {}, { status: 'failed', failureCode: '550' }),
    /confirmed-1 is failed \(550\), and its customer has an address/,
  ],
  [
    '10',
    'a message that failed without an address',
    ({ messages }) =>
      Object.assign(only(messages, { customerId: 'bob' }), { status: 'failed', failureCode: '550' }),
    /rejected-1 is failed \(550\), and its customer has no address/,
  ],
  [
    '10',
    'a message to a refused address that is retried forever',
    ({ messages }) =>
      Object.assign(only(messages, { customerId: 'eve' }), { status: 'waiting', failureCode: null }),
    /rejected-2 is waiting, and its address is refused/,
  ],
  [
    '10',
    'a message to a refused address that is marked as sent',
    ({ messages }) =>
      Object.assign(only(messages, { customerId: 'eve' }), { status: 'sent', failureCode: null }),
    /rejected-2 is sent, and its address is refused/,
  ],
  [
    '10',
    'a refusal with another code, or with the text of the mail server',
    ({ messages }) =>
      Object.assign(only(messages, { customerId: 'eve' }), {
        failureCode: '550 5.1.1 <refused+eve@example.com>',
      }),
    /rejected-2 is failed .*refused\+eve.* and its address is refused/,
  ],
  [
    '10',
    'an e-mail to a refused address',
    ({ mail }) =>
      mail.push({
        messageId: '<order.cancelled of rejected-2@tenfold.example>',
        to: 'eve@example.com',
      }),
    /rejected-2 went to another address/,
  ],
  [
    '10',
    'an e-mail that was never delivered',
    ({ mail }) => mail.splice(0, 1),
    /confirmed-1 is marked as sent, and never/,
  ],
  [
    '10',
    'an e-mail to another customer',
    ({ mail }) => Object.assign(mail[0] ?? {}, { to: 'bob@example.com' }),
    /went to another address/,
  ],
  [
    '10',
    'an e-mail without a message',
    ({ mail }) => mail.push({ messageId: '<x@y>', to: 'bob' }),
    /bob has an e-mail/,
  ],
  [
    '10',
    'a message that is not true',
    ({ messages }) =>
      messages.push({ ...only(messages, { kind: 'order-refunded' }), orderId: 'confirmed-1' }),
    /order-refunded for order confirmed-1, which is not true/,
  ],
];

/** The messages about the orders in e2e/services/order/histories.ts. Bob has no address, and that of Eve is refused. */
export const histories: Histories = {
  correct: () => ({
    contacts: [
      { customerId: 'ann', email: 'ann@example.com' },
      { customerId: 'bob', email: null },
      { customerId: 'eve', email: 'refused+eve@example.com' },
    ],
    messages: [
      messageOf('confirmed-1', 'ann', 'confirmed', 'sent'),
      messageOf('cancelled-1', 'ann', 'cancelled', 'sent'),
      messageOf('cancelled-1', 'ann', 'refunded', 'sent'),
      messageOf('rejected-1', 'bob', 'cancelled', 'waiting'),
      messageOf('rejected-2', 'eve', 'cancelled', 'failed', '550 5.1.1'),
    ],
    mail: [
      ...[
        'order.confirmed of confirmed-1',
        'order.cancelled of cancelled-1',
        'order.refunded of cancelled-1',
      ],
      // E-mail is delivered at least once.
      'order.refunded of cancelled-1',
    ].map((id) => ({ messageId: `<${id}@tenfold.example>`, to: 'ann@example.com' })),
  }),
  wrong,
};

function messageOf(
  orderId: string,
  customerId: string,
  end: string,
  status: string,
  failureCode: string | null = null,
): StoredMessage {
  const id = `order.${end} of ${orderId}`;
  return { id, orderId, customerId, kind: `order-${end}`, status, failureCode };
}
