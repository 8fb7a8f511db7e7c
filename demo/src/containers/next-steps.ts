import { styleText } from 'node:util';
import { project, serviceNames, standInNames } from '@repo/stack';
import { heading } from '../lines.ts';

type Place = 'compose' | 'kubernetes';

const hasMailbox = standInNames.some((name) => String(name) === 'mailbox');

/** Where everything listens, and what to try next, in containers or on a cluster. */
export function nextSteps(place: Place): string[] {
  const { places, commands } = place === 'compose' ? inCompose() : onCluster();
  return [
    heading('Where everything listens'),
    ...places.map(([name = '', url]) => `    ${name.padEnd(18)} ${url}`),
    heading('What to try next, in another terminal'),
    ...commands.map(([line = '', why = '']) => `    ${line.padEnd(58)} ${styleText('dim', why)}`),
    '',
  ];
}

function inCompose() {
  const { GATEWAY_PORT = '8080', MAILBOX_PORT = '3103' } = process.env;
  const gateway = `http://localhost:${GATEWAY_PORT}`;
  const [first, ...others] = serviceNames;
  return {
    places: [
      ['products', `${gateway}/v1/products`],
      ['documents', `${gateway}/${first}/openapi.json (and ${others.map((name) => `/${name}`).join(', ')})`],
      ...(hasMailbox ? [['mailbox', `http://localhost:${MAILBOX_PORT}/`]] : []),
    ],
    commands: [
      ['docker compose run --rm tools order --sku LAPTOP', 'place an order'],
      ['docker compose run --rm tools events --follow', 'the events of the services'],
      ['docker compose up --detach --scale order=3', 'three replicas'],
      ['docker compose logs --follow gateway', 'requests, and the replica that answered'],
      ['docker compose stop payment', 'then order, then start it'],
      ['docker compose down', 'with --volumes, the data too'],
    ],
  };
}

function onCluster() {
  const kubectl = `kubectl --namespace ${project.name}`;
  return {
    places: [['all of it', `${kubectl} get pods`]],
    commands: [
      [`${kubectl} port-forward service/gateway 8080`, 'http://localhost:8080/v1/products'],
      ...(hasMailbox ? [[`${kubectl} port-forward service/mailbox 3103`, 'http://localhost:3103/']] : []),
      [`${kubectl} scale deployment/order --replicas 3`, 'three replicas'],
      [`${kubectl} rollout restart deployment/payment`, 'without one failed request'],
      [`kubectl delete namespace ${project.name}`, 'and its data'],
    ],
  };
}
