import { serviceNames } from '@repo/stack/topology';
import { present } from '../../services/active-parts.ts';
import { placeAndCancel } from '../actions/cancel-races.ts';
import { reorderFor, republish } from '../actions/deliveries.ts';
import { loseEvents } from '../actions/lose-events.ts';
import { poisonOrders } from '../actions/poison.ts';
import { pause } from '../actions/processes.ts';
import { republishOldPrices } from '../actions/republish-old-prices.ts';
import { sendStrangeBytes } from '../actions/strange-bytes.ts';
import { refusePlace, refuseProducts } from '../actions/stuck-topics.ts';
import { hold } from '../rig/hold.ts';
import { type Scenario, SHORT_MS, scenario } from './scenario.ts';

const order = { needs: ['order'] };

export const deliveries: Scenario[] = [
  scenario('deliveries', 'many events are published again, in any order', async (rig) => {
    for (let time = 0; time < 5; time++) await republish(rig, 300);
  }),
  scenario('deliveries', 'events are consumed in any order', (rig) => reorderFor(rig, 5_000)),
  scenario(
    'deliveries',
    'waiting events are consumed in any order',
    async (rig) => {
      // After a pause, a batch holds more than one event of an order.
      for (const service of serviceNames) rig.turnOn(service, 'reorder');
      const paused = pause(rig, SHORT_MS, ...present('inventory', 'payment', 'notification'));
      await placeAndCancel(rig, { orders: 10, withinMs: 0 });
      await paused;
      await hold(1_000);
    },
    order,
  ),
  scenario(
    'deliveries',
    'events that an inbox has forgotten are published again, old prices last',
    async (rig) => {
      // Until some prices have changed.
      await hold(2_000);
      await republishOldPrices(rig);
    },
    { needs: ['order', 'inventory'] },
  ),
  scenario(
    'deliveries',
    'Kafka deletes events before payment has consumed them',
    (rig) => loseEvents(rig, { orders: 5 }),
    { needs: ['order', 'payment'] },
  ),
  scenario(
    'races',
    'orders are cancelled while they are reserved, paid for and confirmed',
    async (rig) => {
      for (let time = 0; time < 6; time++) await placeAndCancel(rig, { orders: 20, withinMs: 150 });
    },
    order,
  ),
  scenario(
    'poison',
    'open orders are poisoned, and the poison is discarded',
    (rig) => poisonOrders(rig, { orders: 3, forMs: 1_500 }),
    order,
  ),
  scenario('strange bytes', 'records of any bytes come between the events', (rig) =>
    sendStrangeBytes(rig, { records: 30 }),
  ),
];

export const stuckTopics: Scenario[] = [
  scenario(
    'stuck topics',
    'one partition accepts nothing from order',
    (rig) => refusePlace(rig, 'order', `order.events/${rig.random.between(0, 5)}`),
    order,
  ),
  scenario(
    'stuck topics',
    'a topic accepts nothing, with 600 rows at its head',
    (rig) => refuseProducts(rig, { products: 600 }),
    { needs: ['order', 'inventory'] },
  ),
];
