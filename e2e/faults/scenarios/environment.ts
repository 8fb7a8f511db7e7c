import { skewClock } from '../actions/clock.ts';
import { blockConsumer, makeReadOnly, revokeGrant } from '../actions/environment.ts';
import { type Scenario, scenario } from './scenario.ts';

const payment = { needs: ['payment'] };

export const environment: Scenario[] = [
  scenario('environment', 'Postgres accepts no writes for some seconds', (rig) => makeReadOnly(rig, 4_000)),
  scenario('environment', 'a grant is missing in payment', (rig) => revokeGrant(rig, 4_000), payment),
  scenario('standstill', 'the consumer of payment makes no progress', blockConsumer, payment),
];

export const clocks: Scenario[] = [
  wrongClock('order', 'ahead', 90_000),
  wrongClock('order', 'behind', -8_000),
  wrongClock('payment', 'ahead', 8_000),
  wrongClock('payment', 'behind', -8_000),
];

function wrongClock(service: string, where: 'ahead' | 'behind', byMs: number): Scenario {
  const needs = [service];
  return scenario(
    'clock',
    `the clock of ${service} is ${where}`,
    (rig) => skewClock(rig, service, byMs, 2_000),
    { needs },
  );
}
