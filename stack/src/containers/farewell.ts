import { styleText } from 'node:util';
import { heading } from '../demo/lines.ts';

/** Where things are, and what to try next, for who has started containers. */
export function farewell(): string[] {
  const { GATEWAY_PORT = '8080', MAILBOX_PORT = '3103' } = process.env;
  const gateway = `http://localhost:${GATEWAY_PORT}`;
  const places = [
    ['products', `${gateway}/v1/products`],
    ['documents', `${gateway}/order/openapi.json (and /inventory, /payment, /notification)`],
    ['mailbox', `http://localhost:${MAILBOX_PORT}/`],
  ];
  const commands = [
    ['docker compose run --rm tools order --sku LAPTOP', 'place an order'],
    ['docker compose run --rm tools events --follow', 'what the services say'],
    ['docker compose up --detach --scale order=3', 'three replicas'],
    ['docker compose logs --follow gateway', 'who answers what'],
    ['docker compose stop payment', 'then order, then start it'],
    ['docker compose down', 'with -v, the data too'],
  ];
  return [
    heading('Where things are'),
    ...places.map(([name = '', url]) => `    ${name.padEnd(18)} ${url}`),
    heading('What to try next, in another terminal'),
    ...commands.map(([line = '', why = '']) => `    ${line.padEnd(50)} ${styleText('dim', why)}`),
    '',
  ];
}
