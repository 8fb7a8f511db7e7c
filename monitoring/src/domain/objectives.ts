import { type Objective, rateOf, rateOfSlower } from '../objective.ts';
import { own } from '../own.ts';

/** Within this time an order ends. */
export const ORDER_SECONDS = 5;

const orders = `${own}_order_duration_seconds`;
const notByCustomer = 'reason!="customer"';

export const inTime: Objective = {
  title: 'An order ends within 5 s of being placed',
  name: 'in time',
  target: 0.99,
  total: (window, by) => rateOf(`${orders}_count{${notByCustomer}}`, window, by),
  bad: (window, by) => rateOfSlower(orders, notByCustomer, ORDER_SECONDS, window, by),
  metric: 'orders_late',
  alert: 'orders-late',
  summary: 'Orders end late',
  whatIsBad: 'the orders that their customer did not cancel ended later than 5 s after they were placed',
};
