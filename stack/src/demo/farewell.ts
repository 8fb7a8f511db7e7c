import { styleText } from 'node:util';
import type { Running } from '../running.ts';
import { heading } from './lines.ts';
import { customer, type PlacedOrder } from './shop.ts';

/** Where everything listens, and what to try next, with values that are there. */
export function farewell(
  { services, external }: Running,
  order: PlacedOrder | undefined,
  env: NodeJS.ProcessEnv,
): string[] {
  const places = [
    ...Object.entries(services).map(([name, { url }]) => [name, `${url}/openapi.json`]),
    ...Object.entries(external).map(([name, { url }]) => [name, name === 'mailbox' ? `${url}/` : url]),
  ];
  const commands = [
    ['npm run order -- --sku LAPTOP --quantity 2', 'place an order'],
    ['npm run order -- --payment tok_lost_reply', 'charged once all the same'],
    ['npm run order -- --payment tok_slow --cancel', 'the money comes back'],
    ['npm run reconcile', 'orders, payments, ledger and stock'],
    [`npm run events -- --order ${order?.id ?? 'ID'}`, ''],
    ['npm run sql -- order "select id, status from orders"', ''],
    ['npm run stack -- stop payment', 'then order, then start it'],
    ['npm run stack -- status', 'what runs, and what waits'],
    [`npm run events -- --publish order.placed --key 1 --data '{'`, 'poison'],
    ['npm run dead-letters -- list', 'what nobody could take'],
    ['npm run logs -- --follow', 'what the services log'],
    [`npm run token -- --customer ${customer.id}`, ''],
  ];
  // The other terminal does not know of a folder that was given to this one.
  const elsewhere = env.TENFOLD_DIR ? [`    export TENFOLD_DIR=${env.TENFOLD_DIR}`] : [];
  return [
    heading('Where everything listens'),
    ...places.map(([name = '', url]) => `    ${name.padEnd(18)} ${url}`),
    heading('What to try next, in another terminal'),
    ...elsewhere,
    ...commands.map(([line = '', why = '']) => `    ${line.padEnd(46)} ${styleText('dim', why)}`.trimEnd()),
    styleText('dim', '\n  Ctrl-C ends everything; what is in the databases stays.\n'),
  ];
}
