import { styleText } from 'node:util';
import { heading } from '../demo/lines.ts';

type Place = 'compose' | 'kubernetes';

/** Where things are, and what to try next, for who has started containers or applied manifests. */
export function farewellOf(place: Place): string[] {
  const { places, commands } = place === 'compose' ? inCompose() : onCluster();
  return [
    heading('Where things are'),
    ...places.map(([name = '', url]) => `    ${name.padEnd(18)} ${url}`),
    heading('What to try next, in another terminal'),
    ...commands.map(([line = '', why = '']) => `    ${line.padEnd(58)} ${styleText('dim', why)}`),
    '',
  ];
}

function inCompose() {
  const { GATEWAY_PORT = '8080', MAILBOX_PORT = '3103' } = process.env;
  const gateway = `http://localhost:${GATEWAY_PORT}`;
  return {
    places: [
      ['products', `${gateway}/v1/products`],
      ['documents', `${gateway}/order/openapi.json (and /inventory, /payment, /notification)`],
      ['mailbox', `http://localhost:${MAILBOX_PORT}/`],
    ],
    commands: [
      ['docker compose run --rm tools order --sku LAPTOP', 'place an order'],
      ['docker compose run --rm tools events --follow', 'what the services say'],
      ['docker compose up --detach --scale order=3', 'three replicas'],
      ['docker compose logs --follow gateway', 'who answers what'],
      ['docker compose stop payment', 'then order, then start it'],
      ['docker compose down', 'with --volumes, the data too'],
    ],
  };
}

function onCluster() {
  return {
    places: [['all of it', 'kubectl --namespace tenfold get pods']],
    commands: [
      ['kubectl --namespace tenfold port-forward service/gateway 8080', 'http://localhost:8080/v1/products'],
      ['kubectl --namespace tenfold port-forward service/mailbox 3103', 'http://localhost:3103/'],
      ['kubectl --namespace tenfold scale deployment/order --replicas 3', 'three replicas'],
      ['kubectl --namespace tenfold rollout restart deployment/payment', 'without one failed request'],
      ['kubectl delete namespace tenfold', 'and its data'],
    ],
  };
}
