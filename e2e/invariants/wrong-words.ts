import { eventOf } from './right-history.ts';
import { only, remove, type Wrong } from './wrong.ts';

/** Histories in which something was said that is not so, or the other way round, or twice. */
export const WRONG_WORDS: Wrong[] = [
  [
    '7',
    'an event that is not published',
    ({ outboxes }) => Object.assign(outboxes, { payment: 1 }),
    /outbox of payment/,
  ],
  [
    '7',
    'a step that nobody heard of',
    ({ events }) => remove(events, { type: 'order.reserved' }),
    /order.reserved of conf/,
  ],
  [
    '7',
    'a step that never happened',
    ({ events }) => events.push(eventOf('order.reserved', 'rejected-1', 2)),
    /never happened: order.reserved of rejected-1/,
  ],
  [
    '7',
    'a refund in a version of its own',
    ({ events }) => Object.assign(only(events, { type: 'order.refunded' }), { data: { version: 4 } }),
    /never happened: order.refunded of cancelled-1 in version 4/,
  ],
  [
    '7',
    'a refund that nobody heard of',
    ({ events }) => remove(events, { type: 'payment.refunded' }),
    /payment.refunded was never said of order cancelled-1/,
  ],
  [
    '7',
    'a capture that is said and not written',
    ({ payments }) => remove(payments, { orderId: 'confirmed-1' }),
    /payment.captured is said of order confirmed-1/,
  ],
  [
    '7',
    'a reservation that nobody heard of',
    ({ events }) => remove(events, { id: 'stock.rejected of rejected-1' }),
    /stock.rejected was never said of order rejected-1/,
  ],
  [
    '7',
    'an event about an order that does not exist',
    ({ events }) => events.push(eventOf('stock.reserved', 'nothing', 1)),
    /stock.reserved tells of order nothing/,
  ],
  [
    '8',
    'stock that is reserved twice',
    ({ events }) => events.push({ ...eventOf('stock.reserved', 'confirmed-1', 1), id: 'another' }),
    /2 different stock.reserved of order confirmed-1/,
  ],
  [
    '8',
    'a second payment',
    ({ payments }) => payments.push({ ...only(payments, {}), id: 'another' }),
    /2 payments .* conf/,
  ],
  [
    '8',
    'a second message',
    ({ messages }) => messages.push({ ...only(messages, {}), id: 'another' }),
    /2 messages .* conf/,
  ],
  [
    '8',
    'a second reservation',
    ({ reservations }) => reservations.push(only(reservations, {})),
    /2 reservations .* conf/,
  ],
  [
    '8',
    'a payment that was both',
    ({ events }) => events.push(eventOf('payment.declined', 'confirmed-1', 2)),
    /Both payment.captured and payment.declined .* confirmed-1/,
  ],
  [
    '8',
    'one id for two events',
    ({ events }) =>
      Object.assign(only(events, { type: 'stock.rejected' }), { id: 'order.placed of confirmed-1' }),
    /id of different events/,
  ],
  [
    '9',
    'a price that went back',
    ({ prices }) => Object.assign(prices[0] ?? {}, { version: 1 }),
    /LAMP is in version 2/,
  ],
  [
    '9',
    'a price that is not that of its version',
    ({ prices }) => Object.assign(prices[0] ?? {}, { priceCents: 500 }),
    /700/,
  ],
  [
    '9',
    'a product that came back',
    ({ events }) =>
      Object.assign(only(events, { id: 'product.listed of LAMP 2' }), { type: 'product.delisted' }),
    /LAMP is on the price list after product.delisted/,
  ],
  [
    '9',
    'a price that was never listed',
    ({ orders }) => Object.assign(orders[0]?.lines[0] ?? {}, { unitPriceCents: 1 }),
    /confirmed-1 has a price of LAMP that was never/,
  ],
  [
    '9',
    'an old price after a new one',
    ({ orders }) => Object.assign(orders[0]?.lines[0] ?? {}, { unitPriceCents: 700 }),
    /cancelled-1 has LAMP at its price of version 1 after 2/,
  ],
  [
    '10',
    'an end that nobody told of',
    ({ messages }) => remove(messages, { orderId: 'rejected-1' }),
    /rejected-1.* no message/,
  ],
  [
    '10',
    'a refund that nobody told of',
    ({ messages }) => remove(messages, { kind: 'order-refunded' }),
    /cancelled-1/,
  ],
  [
    '10',
    'a message that waits in vain',
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
    'a message that failed after it had come',
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
    'a message to a refused address that is called sent',
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
    /rejected-2 went to somebody else/,
  ],
  [
    '10',
    'an e-mail that never came',
    ({ mail }) => mail.splice(0, 1),
    /confirmed-1 is called sent, and never/,
  ],
  [
    '10',
    'an e-mail to somebody else',
    ({ mail }) => Object.assign(mail[0] ?? {}, { to: 'bob@example.com' }),
    /somebody else/,
  ],
  [
    '10',
    'an e-mail that nobody wrote',
    ({ mail }) => mail.push({ messageId: '<x@y>', to: 'bob' }),
    /bob has an e-mail/,
  ],
  [
    '10',
    'a message that is not so',
    ({ messages }) =>
      messages.push({ ...only(messages, { kind: 'order-refunded' }), orderId: 'confirmed-1' }),
    /order-refunded of order confirmed-1, which is not so/,
  ],
];
