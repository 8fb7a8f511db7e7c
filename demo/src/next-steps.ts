import { styleText } from 'node:util';
import { type Running, variable } from '@repo/stack';
import { heading } from './lines.ts';
import { customer, type PlacedOrder } from './shop.ts';

/** Where everything listens, and what to try next, with the addresses and ids of this system. */
export function nextSteps(
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
    ['npm run order -- --payment tok_lost_reply', 'still charged only once'],
    ['npm run order -- --payment tok_slow --cancel', 'the payment is refunded'],
    ['npm run reconcile', 'orders, payments, ledger and stock'],
    [`npm run events -- --order ${order?.id ?? 'ID'}`, ''],
    ['npm run sql -- order "select id, status from orders"', ''],
    ['npm run stack -- stop payment', 'then order, then start it'],
    ['npm run stack -- status', 'processes and backlogs'],
    ['npm run top', 'orders a second, latency, backlogs'],
    [`npm run trace -- ${order?.id ?? 'ID'}`, ''],
    [`npm run events -- --publish order.placed --key 1 --data '{'`, 'poison'],
    ['npm run dead-letters -- list', 'events that failed'],
    ['npm run logs -- --follow', 'the logs of the services'],
    [`npm run token -- --customer ${customer.id}`, ''],
  ];
  // The other terminal does not know a folder that only this one was given.
  const given = env[variable('DIR')];
  const setFolder = given ? [`    export ${variable('DIR')}=${given}`] : [];
  return [
    heading('Where everything listens'),
    ...places.map(([name = '', url]) => `    ${name.padEnd(18)} ${url}`),
    heading('What to try next, in another terminal'),
    ...setFolder,
    ...commands.map(([line = '', why = '']) => `    ${line.padEnd(46)} ${styleText('dim', why)}`.trimEnd()),
    styleText('dim', '\n  Ctrl-C stops everything; the databases keep their data.\n'),
  ];
}
