import { command, wrongUse } from '../command.ts';
import { endingLines, heading, wishInWords } from '../demo/lines.ts';
import { fillShelves, products } from '../demo/products.ts';
import type { ProductPatch } from '../demo/shop.ts';
import { openTeller } from '../demo/tell-order.ts';
import { stateFolder } from '../folder.ts';
import { interruption } from '../interruption.ts';
import { readRunning } from '../running.ts';

const usage = `
npm run order -- [--sku KEYBOARD] [--quantity 2] [--payment tok_declined] [--cancel]

Places one order at the running system and follows it to its end.

  --sku        what to order: ${products.map(({ sku }) => sku).join(', ')}
  --quantity   how many (1)
  --payment    how to pay: tok_ok, tok_declined, tok_slow (answers after 2 s), tok_flaky (fails twice, then works),
               tok_lost_reply (takes the money, then drops the connection)
  --cancel     cancels it as soon as its goods are set aside; with tok_slow, while the money is being taken
`;

const options = {
  sku: { type: 'string', default: 'KEYBOARD' },
  quantity: { type: 'string', default: '1' },
  payment: { type: 'string', default: 'tok_ok' },
  cancel: { type: 'boolean', default: false },
} as const;

const PATIENCE_MS = 10_000;

await command(usage, options, async ({ values, positionals }) => {
  if (positionals.length > 0) throw wrongUse(usage, `What is "${positionals[0]}"?`);
  if (!/^\d{1,9}$/.test(values.quantity)) throw wrongUse(usage, '--quantity is a whole number.');
  const wish: ProductPatch = {
    lines: [{ sku: values.sku, quantity: Number(values.quantity) }],
    paymentToken: values.payment,
  };
  const signal = interruption();
  const teller = await openTeller({ running: readRunning(stateFolder()), say: console.log, signal });
  try {
    console.log(heading(wishInWords(wish)));
    await Promise.all([fillShelves(teller.shop), teller.shop.giveContact()]);
    // On a new system the shelves were filled just now, and order has yet to hear of it.
    const patienceMs = products.some(({ sku }) => sku === values.sku) ? PATIENCE_MS : 0;
    const told = await teller.tell(wish, { cancels: values.cancel, patienceMs });
    if (told.ending) for (const line of endingLines(told)) console.log(line);
    return told.ending ? 0 : 130;
  } finally {
    await teller.leave();
  }
});
