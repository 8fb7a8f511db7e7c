import { command, interruption, readRunning, stateFolder, wrongUse } from '@repo/stack';
import { createFollower } from '../follow-order.ts';
import { describeRequest, endingLines, heading } from '../lines.ts';
import { products, stockProducts } from '../products.ts';
import type { OrderRequest } from '../shop.ts';

const usage = `
npm run order -- [--sku KEYBOARD] [--quantity 2] [--payment tok_declined] [--cancel]

Places one order in the running system and follows it until it has ended.

  --sku        the product: ${products.map(({ sku }) => sku).join(', ')}
  --quantity   the quantity (1)
  --payment    the payment token: tok_ok, tok_declined, tok_slow (the reply comes after 2 s), tok_flaky (fails twice,
               then works), tok_lost_reply (captures the money, then drops the connection)
  --cancel     cancels the order as soon as its stock is reserved; with tok_slow, while the payment is being captured
`;

const options = {
  sku: { type: 'string', default: 'KEYBOARD' },
  quantity: { type: 'string', default: '1' },
  payment: { type: 'string', default: 'tok_ok' },
  cancel: { type: 'boolean', default: false },
} as const;

const PATIENCE_MS = 10_000;

await command(usage, options, async ({ values, positionals }) => {
  if (positionals.length > 0) throw wrongUse(usage, `Unknown argument "${positionals[0]}".`);
  if (!/^\d{1,9}$/.test(values.quantity)) throw wrongUse(usage, '--quantity is a whole number.');
  const request: OrderRequest = {
    lines: [{ sku: values.sku, quantity: Number(values.quantity) }],
    paymentToken: values.payment,
  };
  const signal = interruption();
  const follower = await createFollower({ running: readRunning(stateFolder()), print: console.log, signal });
  try {
    console.log(heading(describeRequest(request)));
    await Promise.all([stockProducts(follower.shop), follower.shop.mail?.registerContact()]);
    // On a new system the products were listed just now, and order has yet to consume that.
    const patienceMs = products.some(({ sku }) => sku === values.sku) ? PATIENCE_MS : 0;
    const outcome = await follower.followOrder(request, { cancels: values.cancel, patienceMs });
    if (outcome.ending) for (const line of endingLines(outcome)) console.log(line);
    return outcome.ending ? 0 : 130;
  } finally {
    await follower.close();
  }
});
