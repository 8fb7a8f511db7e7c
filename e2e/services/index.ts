// One line for each service that has a part of its own in these runs. A service is removed with its folder and its line.
export { inventory } from './inventory/index.ts';
export { notification } from './notification/index.ts';
export { order } from './order/index.ts';
export { payment } from './payment/index.ts';
