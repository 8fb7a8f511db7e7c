import { serviceNames, services } from '@repo/stack/topology';
import { present } from '../../services/active-parts.ts';
import { crashAt, kill, pause } from '../actions/processes.ts';
import { LONG_MS, type Scenario, SHORT_MS, scenario } from './scenario.ts';

export const kills: Scenario[] = [
  ...serviceNames.map((name) => scenario('kill', `${name} is killed`, (rig) => kill(rig, name))),
  killAtOnce('order', 'payment'),
  killAtOnce('inventory', 'notification'),
  scenario('kill', 'all services are killed at once, twice', async (rig) => {
    await kill(rig, ...serviceNames);
    await kill(rig, ...serviceNames);
  }),
];

function killAtOnce(...names: string[]): Scenario {
  return scenario('kill', `${names.join(' and ')} are killed at once`, (rig) => kill(rig, ...names), {
    needs: names,
  });
}

export const pauses: Scenario[] = [
  ...serviceNames.map((name) =>
    scenario('pause', `${name} is paused, and resumes`, (rig) => pause(rig, LONG_MS, name)),
  ),
  scenario(
    'pause',
    'order and inventory are paused at once, for a short time',
    (rig) => pause(rig, SHORT_MS, 'order', 'inventory'),
    { needs: ['order', 'inventory'] },
  ),
];

const publishers = serviceNames.filter((name) => services[name].publishes.length > 0);

/** Each crash point, in each service that reaches it. */
const POINTS = [
  ['after-commit-before-answer', present('order')],
  ['after-commit-before-publish', publishers],
  ['after-publish-before-delete', publishers],
  ['after-effects-before-commit', serviceNames],
  ['after-commit-before-offset', serviceNames],
  ['after-claim-before-call of capture payment', present('payment')],
  ['after-call-before-commit of capture payment', present('payment')],
  ['after-call-before-commit of refund payment', present('payment')],
  ['after-call-before-commit of send message', present('notification')],
] as const;

export const crashes: Scenario[] = POINTS.flatMap(([point, names]) =>
  names.map((name) => scenario('crash', `${name} dies ${point}`, (rig) => crashAt(rig, name, point))),
);
